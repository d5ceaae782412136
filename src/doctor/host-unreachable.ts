import type { Failure } from '../ground/errors.ts';
import { blockedBy, failedWith, type CheckId, type Finding } from './check.ts';
import type { Facts } from './facts.ts';

/**
 * A call that got no answer: the business of `network` where that finds the host out of reach; otherwise TikTok Shop
 * itself does not answer, and this check says so.
 */
export async function hostUnreachable(id: CheckId, failure: Failure, origin: string, facts: Facts): Promise<Finding> {
  if (!facts.runs('network') || (await facts.reach(origin)).ok) return failedWith(failure);
  return blockedBy(id, ['network'], failure, facts);
}
