import { freshToken } from '../connection/fresh-token.ts';
import { verifyConnection } from '../connection/verify.ts';
import { isFailure } from '../ground/errors.ts';
import { reasonOf } from '../store/file/file-problem.ts';
import { tightenPermissions } from '../store/file/inspect.ts';
import { removeStaleLock } from '../store/file/inspect-lock.ts';
import { isConnected, type Profile } from '../store/model/profile.ts';
import type { Check, CheckId } from './check.ts';
import type { DoctorInput } from './facts.ts';
import { redactor } from './redact.ts';

/** What was put right, or could not be, as a sentence. */
export interface Mended {
  readonly done: boolean;
  readonly sentence: string;
}

/**
 * Puts right what can be put right safely, for the checks given: permissions, a lock that a dead process left, an
 * expired access token. Whatever else is wrong is left to the checks to tell. Nothing is done that is not needed.
 */
export async function fix(
  patient: DoctorInput,
  { checks, offline }: { checks: readonly Pick<Check, 'id'>[]; offline: boolean },
): Promise<readonly Mended[]> {
  const runs = (id: CheckId): boolean => checks.some((check) => check.id === id);
  const mended = [
    // Before the store is opened: it is opened with what was put right.
    ...(runs('permissions') ? [...(await mendPermissions(patient)), ...(await mendLock(patient))] : []),
    ...(runs('token') && !offline ? await mendToken(patient) : []),
  ];
  const redact = redactor([], patient.io.host.homeDirectory);
  return mended.map(({ done, sentence }) => ({ done, sentence: redact(sentence) }));
}

async function mendPermissions({ io }: DoctorInput): Promise<readonly Mended[]> {
  const { tightened, failed } = await tightenPermissions(io);
  return [
    ...tightened.map((path) => ({ done: true, sentence: `Only you can open ${path} now.` })),
    ...failed.map(({ path, detail }) => ({ done: false, sentence: `${path} could not be made private (${detail}).` })),
  ];
}

async function mendLock({ io }: DoctorInput): Promise<readonly Mended[]> {
  try {
    const outcome = await removeStaleLock(io);
    return outcome === 'removed' ? [{ done: true, sentence: 'The lock of a process that ended was removed.' }] : [];
  } catch (thrown) {
    return [{ done: false, sentence: `The store's lock could not be removed (${reasonOf(thrown)}).` }];
  }
}

async function mendToken(patient: DoctorInput): Promise<readonly Mended[]> {
  const { io, hosts, name, openStore } = patient;
  try {
    const store = await openStore();
    const minValidity = await validityNeeded(patient, await store.profile(name));
    if (minValidity === undefined) return [];
    const fresh = await freshToken(io, store, hosts, name, minValidity);
    if (fresh.ok)
      return fresh.refreshed ? [{ done: true, sentence: 'The access token had expired and is refreshed.' }] : [];
    return [{ done: false, sentence: `The access token could not be refreshed. ${fresh.failure.message}` }];
  } catch (thrown) {
    if (!isFailure(thrown) || thrown.code === 'interrupted') throw thrown;
    // A store that was moved aside just now is not there to be told of. Why else it does not open its own check tells.
    return thrown.code === 'store-damaged' ? [{ done: false, sentence: thrown.message }] : [];
  }
}

/**
 * The validity that the token lacks, in milliseconds: none when it has expired by its noted end; any at all when TikTok
 * Shop calls it expired before. `undefined` when it need not be refreshed.
 */
async function validityNeeded({ io, hosts }: DoctorInput, profile: Profile | undefined): Promise<number | undefined> {
  if (profile === undefined || !isConnected(profile)) return undefined;
  const { accessTokenExpiresAt } = profile.tokens;
  if (accessTokenExpiresAt !== null && accessTokenExpiresAt <= io.clock.now()) return 0;
  const verification = await verifyConnection(io, hosts, profile);
  const expired = verification.verdict === 'failed' && verification.failure.code === 'access-token-expired';
  return expired ? Infinity : undefined;
}
