import { freshToken, type FreshToken } from '../connection/fresh-token.ts';
import { verifyConnection, type Verification } from '../connection/verify.ts';
import { isFailure, type Failure } from '../ground/errors.ts';
import { reasonOf } from '../store/file/file-problem.ts';
import { removeStaleLock, tightenPermissions } from '../store/file/fix-store.ts';
import { isConnected, type Profile } from '../store/model/profile.ts';
import type { Store } from '../store/store.ts';
import type { Check } from './check.ts';
import type { DoctorInput } from './facts.ts';
import { redactor } from './redact.ts';

/** What was fixed, or could not be, as a sentence. */
export interface Outcome {
  readonly done: boolean;
  readonly sentence: string;
}

export interface Fixed {
  readonly outcomes: readonly Outcome[];
  readonly notRefreshed?: Failure;
}

/**
 * Fixes what is safe to fix, for the checks given: permissions, a lock left by a dead process, and the expired access
 * token of `profile`, if given. The checks report what is wrong afterwards. Does nothing that isn't needed.
 */
export async function fix(
  input: DoctorInput,
  { checks, profile }: { checks: readonly Pick<Check, 'id'>[]; profile?: string },
): Promise<Fixed> {
  const runs = (id: string): boolean => checks.some((check) => check.id === id);
  // Before the store is opened, so that opening it sees the fixed files.
  const files = runs('permissions') ? [...(await fixPermissions(input)), ...(await fixLock(input))] : [];
  const fixesToken = runs('token') && !input.offline && profile !== undefined;
  const { outcomes, ...token } = fixesToken ? await fixToken(input, profile) : { outcomes: [] };
  const redact = redactor([], input.io.host.homeDirectory);
  const redacted = [...files, ...outcomes].map(({ done, sentence }) => ({ done, sentence: redact(sentence) }));
  return { outcomes: redacted, ...token };
}

const done = (sentence: string): Outcome => ({ done: true, sentence });
const notDone = (sentence: string): Outcome => ({ done: false, sentence });

async function fixPermissions({ io }: DoctorInput): Promise<readonly Outcome[]> {
  const { tightened, failed } = await tightenPermissions(io);
  return [
    ...tightened.map((path) => done(`Only you can open ${path} now.`)),
    ...failed.map(({ path, detail }) => notDone(`${path} could not be made private (${detail}).`)),
  ];
}

async function fixLock({ io }: DoctorInput): Promise<readonly Outcome[]> {
  try {
    return (await removeStaleLock(io)) === 'removed' ? [done('The lock of a process that ended was removed.')] : [];
  } catch (thrown) {
    return [notDone(`The store's lock could not be removed (${reasonOf(thrown)}).`)];
  }
}

async function fixToken(input: DoctorInput, name: string): Promise<Fixed> {
  const { io, hosts } = input;
  try {
    const store = await input.openStore();
    const profile = await store.profile(name);
    if (profile === undefined) return { outcomes: [] };
    const refresh = await refreshIfNeeded(input, store, profile, { within: 0 }, () =>
      verifyConnection(io, hosts, profile),
    );
    if (refresh === 'not needed') return { outcomes: [] };
    if (refresh.ok)
      return { outcomes: refresh.refreshed ? [done('Refreshed the access token, which had expired.')] : [] };
    const { failure } = refresh;
    return {
      outcomes: [notDone(`The access token could not be refreshed. ${failure.message}`)],
      notRefreshed: failure,
    };
  } catch (thrown) {
    if (!isFailure(thrown) || thrown.code === 'interrupted') throw thrown;
    // A store that was quarantined just now is gone when the checks look. They report every other reason.
    return { outcomes: thrown.code === 'store-damaged' ? [notDone(thrown.message)] : [] };
  }
}

/**
 * Refreshes the access token when it ends within `within` milliseconds, or when TikTok Shop says that it has expired.
 * @param verify asks TikTok Shop; called only when the noted end is no reason to refresh
 */
export async function refreshIfNeeded(
  { io, hosts }: Pick<DoctorInput, 'io' | 'hosts'>,
  store: Store,
  profile: Profile,
  { within, waits = true }: { readonly within: number; readonly waits?: boolean },
  verify: () => Promise<Verification | undefined>,
): Promise<'not needed' | FreshToken> {
  if (!isConnected(profile)) return 'not needed';
  const { accessTokenExpiresAt } = profile.tokens;
  const isNear = accessTokenExpiresAt !== null && accessTokenExpiresAt - io.clock.now() <= within;
  const verification = isNear ? undefined : await verify();
  const isExpired = verification?.verdict === 'failed' && verification.failure.code === 'access-token-expired';
  if (!isNear && !isExpired) return 'not needed';
  return await freshToken(io, store, hosts, profile.name, { minValidity: isExpired ? Infinity : within, waits });
}
