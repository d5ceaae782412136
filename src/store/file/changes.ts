import { fail, isFailure } from '../../ground/errors.ts';
import type { Profile } from '../model/profile.ts';
import { validProfileName } from '../model/profile-name.ts';
import { canBeStored, sameProfile } from '../model/stored-profile.ts';
import type { Change } from '../store.ts';
import { withContents, type StoreContext } from './contents.ts';
import { profileIn } from './entries.ts';
import { LostLock } from './file-problem.ts';
import { checkWritable, prepare, writeContents } from './write-contents.ts';

/**
 * `Store.change`. A process that was suspended may find that another one took over its lock. It then takes the lock
 * again and writes its result; it calls `change` again only if the other process changed the profile.
 */
export async function changeProfile(context: StoreContext, name: string, change: Change): Promise<Profile | undefined> {
  if (!validProfileName(name)) throw fail('profile-name-refused', { name });
  await prepare(context);
  let made: { readonly from: Profile | undefined; readonly next: Profile | undefined } | undefined;
  for (let attempt = 1; ; attempt += 1) {
    // What was made may contain an answer that can't be requested again.
    const signal = made === undefined ? context.io.signal : new AbortController().signal;
    try {
      return await withContents({ ...context, io: { ...context.io, signal } }, async (contents, lock) => {
        const current = profileIn(context.paths.path, contents.entries, name);
        const isKept = made !== undefined && sameProfile(made.from, current);
        const next = isKept ? made?.next : await change(current, () => checkWritable(context, lock, contents.bytes));
        made = { from: current, next };
        if (next !== current) await writeContents(context, contents, [[name, checked(name, next)]], lock);
        return next;
      });
    } catch (error) {
      if (attempt === 3 || !isLostLock(error)) throw error;
    }
  }
}

/** Never write a profile that could not be read back. */
function checked(name: string, next: Profile | undefined): Profile | undefined {
  if (next !== undefined && next.name !== name) throw new Error('a change may not rename a profile');
  if (next !== undefined && !canBeStored(next)) throw new Error('a profile was made that does not fit the store');
  return next;
}

const isLostLock = (error: unknown): boolean => isFailure(error) && error.cause instanceof LostLock;

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
  await withContents(context, ({ bytes }, lock) => checkWritable(context, lock, bytes));
}
