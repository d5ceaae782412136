import { fail, isFailure } from '../../ground/errors.ts';
import type { Profile } from '../model/profile.ts';
import { validProfileName } from '../model/profile-name.ts';
import { sameProfile, storable } from '../model/stored-profile.ts';
import type { Change } from '../store.ts';
import { withContents, type StoreContext } from './contents.ts';
import { profileIn } from './entries.ts';
import { LostLock } from './file-problem.ts';
import { checkWritable, prepare, writeContents } from './write-contents.ts';

/** What the attempts of one change share. */
interface Result {
  /** What `change` made of the profile. */
  made?: { readonly from: Profile | undefined; readonly next: Profile | undefined };
  /** Whether it can't be requested again. */
  isIrreplaceable: boolean;
}

const maxAttempts = 3;
/** Between a failed write and the next attempt, in milliseconds. */
const pauseMs = 1_000;

/**
 * `Store.change`. If this process was suspended and another one took over its lock, it takes the lock again and writes
 * its result; it calls `change` again only if the other process changed the profile.
 */
export async function changeProfile(context: StoreContext, name: string, change: Change): Promise<Profile | undefined> {
  if (!validProfileName(name)) throw fail('profile-name-refused', { name });
  await prepare(context);
  const result: Result = { isIrreplaceable: false };
  for (let attempt = 1; ; attempt += 1) {
    // What was made may contain an answer that can't be requested again.
    const signal = result.made === undefined ? context.io.signal : new AbortController().signal;
    try {
      return await withContents({ ...context, io: { ...context.io, signal } }, async (contents, lock) => {
        const current = profileIn(context.paths.path, contents.entries, name);
        const reserve = () => checkWritable(context, lock, contents.bytes);
        const next = await nextProfile(result, current, change, reserve);
        const write = () => writeContents(context, contents, [[name, next && storable(name, next)]], lock);
        if (next !== current) await (result.isIrreplaceable ? writePatiently(context, write) : write());
        return next;
      });
    } catch (error) {
      if (attempt === maxAttempts || !isLostLock(error)) throw error;
    }
  }
}

/**
 * Writes again if writing failed, because a network drive may fail briefly. The lock is still held, so no other process
 * can send the refresh token that was replaced.
 */
async function writePatiently({ warn, io }: StoreContext, write: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await write();
      return;
    } catch (error) {
      if (attempt === maxAttempts || !isFailure(error) || isLostLock(error)) throw error;
      warn(`${error.message} Trying again.`);
      await io.clock.sleep(pauseMs);
    }
  }
}

const isLostLock = (error: unknown): boolean => isFailure(error) && error.cause instanceof LostLock;

/** What an earlier attempt made of the profile, or what `change` makes of it now. */
async function nextProfile(
  result: Result,
  current: Profile | undefined,
  change: Change,
  reserve: () => Promise<() => Promise<void>>,
): Promise<Profile | undefined> {
  const { made } = result;
  if (made !== undefined && sameProfile(made.from, current)) return made.next;
  const reserved: (() => Promise<void>)[] = [];
  const proveWritable = async (): Promise<void> => {
    reserved.push(await reserve());
    result.isIrreplaceable = true;
  };
  try {
    const next = await change(current, proveWritable);
    result.made = { from: current, next };
    return next;
  } finally {
    for (const free of reserved) await free();
  }
}

/** `Store.forget`. */
export async function forgetProfile(context: StoreContext, name: string): Promise<void> {
  await prepare(context);
  await withContents(context, async (contents, lock) => {
    if (contents.entries.has(name)) await writeContents(context, contents, [[name, undefined]], lock);
  });
}

/** `Store.proveWritable`. It also finds damage before anything is requested that could be lost. */
export async function prove(context: StoreContext): Promise<void> {
  await prepare(context);
  await withContents(context, async ({ bytes }, lock) => {
    const free = await checkWritable(context, lock, bytes);
    await free();
  });
}
