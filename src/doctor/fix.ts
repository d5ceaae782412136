import { freshToken, type FreshToken } from '../connection/fresh-token.ts';
import { verifyConnection, type Verification } from '../connection/verify.ts';
import { isFailure, type Failure } from '../ground/errors.ts';
import type { Say } from '../ground/io.ts';
import { reasonOf } from '../store/file/file-problem.ts';
import { removeStaleLock, tightenPermissions } from '../store/file/fix-store.ts';
import { isConnected, type Profile } from '../store/model/profile.ts';
import type { Store } from '../store/store.ts';
import type { Check } from './check.ts';
import type { DoctorInput } from './facts.ts';

type Report = Pick<Say, 'done' | 'warn'>;

/**
 * Fixes what is safe to fix, for the checks given, and reports it: permissions, a lock left by a dead process, and the
 * expired access token of `profile`, if given. Does nothing that isn't needed. The checks say what is still wrong.
 * @returns why the access token could not be refreshed
 */
export async function fix(
  input: DoctorInput,
  { checks, profile }: { checks: readonly Pick<Check, 'id'>[]; profile?: string },
  report: Report,
): Promise<Failure | undefined> {
  const runs = (id: string): boolean => checks.some((check) => check.id === id);
  // Before the store is opened, so that it is opened with the fixed files.
  if (runs('permissions')) {
    await fixPermissions(input, report);
    await fixLock(input, report);
  }
  if (!runs('token') || input.offline || profile === undefined) return undefined;
  return await fixToken(input, profile, report);
}

async function fixPermissions({ io }: DoctorInput, report: Report): Promise<void> {
  const { tightened, failed } = await tightenPermissions(io);
  for (const path of tightened) report.done(`Only you can open ${path} now.`);
  for (const { path, detail } of failed) report.warn(`${path} could not be made private (${detail}).`);
}

async function fixLock({ io }: DoctorInput, report: Report): Promise<void> {
  try {
    if ((await removeStaleLock(io)) === 'removed') report.done('The lock of a process that ended was removed.');
  } catch (thrown) {
    report.warn(`The store's lock could not be removed (${reasonOf(thrown)}).`);
  }
}

async function fixToken(input: DoctorInput, name: string, report: Report): Promise<Failure | undefined> {
  try {
    const store = await input.openStore();
    const profile = await store.profile(name);
    if (profile === undefined) return undefined;
    const verify = () => verifyConnection(input, profile);
    const refresh = await refreshIfNeeded(input, store, profile, { within: 0 }, verify);
    if (refresh === 'not needed') return undefined;
    if (!refresh.ok) {
      report.warn(`The access token could not be refreshed. ${refresh.failure.message}`);
      return refresh.failure;
    }
    if (refresh.refreshed) report.done('Refreshed the access token, which had expired.');
  } catch (thrown) {
    if (!isFailure(thrown) || thrown.code === 'interrupted') throw thrown;
    // The checks won't find a store that was just quarantined. They report every other reason.
    if (thrown.code === 'store-damaged') report.warn(thrown.message);
  }
  return undefined;
}

/**
 * Refreshes the access token when it ends within `within` milliseconds, or when TikTok Shop says that it has expired.
 * @param verify asks TikTok Shop; called only if the stored expiry isn't a reason to refresh
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
  return await freshToken({ io, store, hosts }, profile.name, { minValidity: isExpired ? Infinity : within, waits });
}
