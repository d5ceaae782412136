import { randomBytes } from 'node:crypto';
import { parseJson } from '../../ground/parse-json.ts';
import { ownIdentity, stateOfProcess, type ProcessIdentity } from '../../ground/process-identity.ts';

/** Identifies this process and one of its claims in the database. */
export const newHolder = (): string => JSON.stringify({ ...ownIdentity(), claim: randomBytes(16).toString('hex') });

/**
 * Whether a holder's process is known to have exited. We can only see processes of this boot and this PID namespace.
 * Systems other than Linux have no boot id, and host names aren't unique, so there we never know.
 */
export function hasExited(holder: string): boolean {
  // Other versions may write anything here.
  const identity = Object(parseJson(holder)) as Partial<ProcessIdentity>;
  const { pid = 0, boot, namespace } = identity;
  if (!Number.isSafeInteger(pid) || pid < 1 || boot === undefined || namespace === undefined) return false;
  return stateOfProcess({ host: '', ...identity, pid }) === 'gone';
}
