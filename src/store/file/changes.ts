import { fail, isFailure } from '../../ground/errors.ts';
import { validProfileName, type Profile } from '../model/profile.ts';
import { sameProfile, storable } from '../model/stored-profile.ts';
import type { Change } from '../store.ts';
import type { LockedContents, StoreContext } from './contents.ts';
import { profileIn } from './entries.ts';
import { isLostLock } from './file-problem.ts';
import { checkWritable, maxAttempts, withWritableContents, writeContents } from './write-contents.ts';

const pauseMs = 1_000;

/** Implements `Store.change`. After losing the lock, calls `change` again only if the profile has changed since. */
export async function changeProfile(context: StoreContext, name: string, change: Change): Promise<Profile | undefined> {
  if (!validProfileName(name)) throw fail('profile-name-refused', { name });
  let made: { readonly from: Profile | undefined; readonly next: Profile | undefined } | undefined;
  /** Whether the result may contain tokens that can't be requested again. */
  let isIrreplaceable = false;
  const nextAfter = async (current: Profile | undefined, contents: LockedContents): Promise<Profile | undefined> => {
    if (made !== undefined && sameProfile(made.from, current)) return made.next;
    let freeSpace: (() => Promise<void>) | undefined;
    try {
      const next = await change(current, async () => {
        freeSpace ??= await checkWritable(context, contents);
        isIrreplaceable = true;
      });
      made = { from: current, next };
      return next;
    } finally {
      await freeSpace?.();
    }
  };
  const work = async (contents: LockedContents): Promise<Profile | undefined> => {
    const current = profileIn(context.path, contents.entries, name);
    const next = await nextAfter(current, contents);
    const write = () => writeContents(context, contents, [[name, next && storable(name, next)]]);
    if (next !== current) await (isIrreplaceable ? writeWithRetries(context, write) : write());
    return next;
  };
  // Once `change` has returned, Ctrl-C must not lose its result, which may contain new tokens.
  const signal = () => (made === undefined ? context.io.signal : new AbortController().signal);
  return await withWritableContents(context, work, signal);
}

/** Retries, because a network drive may fail briefly. Keeps the lock, so that no one sends the old refresh token. */
async function writeWithRetries({ warn, io }: StoreContext, write: () => Promise<void>): Promise<void> {
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
