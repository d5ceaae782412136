import { fail, isFailure } from '../../ground/errors.ts';
import type { StoreKey } from '../keys/store-key.ts';
import type { Profile } from '../model/profile.ts';
import { validProfileName } from '../model/profile-name.ts';
import { canBeStored, storedProfile } from '../model/stored-profile.ts';
import type { Change, ChangeOptions, Removed } from '../store.ts';
import { profileIn, readContents, type Contents, type StoreContext } from './contents.ts';
import { proveWritable, writeDurably } from './durable-write.ts';
import { unwritable } from './file-problem.ts';
import { LostLock, withLock, type Lock } from './lock.ts';
import { ensurePrivateDirectory, isStoreFile, modelessWarning } from './private-directory.ts';
import { readStoreFile, removeStoreFile, sweep } from './store-file.ts';
import { mustBeOurs, writeContents } from './write-contents.ts';

/** What a later write needs at least, in bytes: a disk that is nearly full is found before the tokens arrive. */
const room = 65_536;

/**
 * `Store.change`. A process that was suspended may find that another one took its lock over. Then it takes the lock
 * again and writes what it has; it calls `change` again only if the other process changed the profile.
 */
export async function changeProfile(
  context: StoreContext,
  name: string,
  change: Change,
  { evenWhenLeaving }: ChangeOptions = {},
): Promise<Profile | undefined> {
  if (!validProfileName(name)) throw fail('profile-name-refused', { name });
  await prepare(context);
  let made: { readonly from: Profile | undefined; readonly next: Profile | undefined } | undefined;
  for (let attempt = 1; ; attempt += 1) {
    const patient = evenWhenLeaving === true || made !== undefined;
    const io = patient ? { ...context.io, signal: new AbortController().signal } : context.io;
    try {
      return await withLock(context.paths, io, async (lock) => {
        const contents = await readContents(context, lock);
        const current = profileIn(context, contents, name);
        const isKept = made !== undefined && isSame(made.from, current);
        const next = isKept ? made?.next : await change(current, () => checkWritable(context, lock, contents.bytes));
        made = { from: current, next };
        if (next !== current) await writeWith(context, contents, lock, name, checked(name, next));
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

const isSame = (a: Profile | undefined, b: Profile | undefined): boolean =>
  JSON.stringify(a && storedProfile(a)) === JSON.stringify(b && storedProfile(b));

const isLostLock = (error: unknown): boolean => isFailure(error) && error.cause instanceof LostLock;

/** `Store.forget`. */
export async function forgetProfile(context: StoreContext, name: string): Promise<void> {
  await prepare(context);
  await withLock(context.paths, context.io, async (lock) => {
    const contents = await readContents(context, lock);
    if (contents.entries.has(name)) await writeWith(context, contents, lock, name, undefined);
  });
}

async function writeWith(
  context: StoreContext,
  contents: Contents,
  lock: Lock,
  name: string,
  profile: Profile | undefined,
): Promise<void> {
  const key = await keyToWrite(context, contents.storeKey);
  const entries = new Map(contents.entries);
  if (profile === undefined) entries.delete(name);
  else entries.set(name, { value: null, profile });
  await writeContents(context, key, entries, lock);
}

/** What happens before the lock is taken, so that nobody waits while a person is asked for a passphrase. */
export async function prepare({ paths, keys, warn }: StoreContext): Promise<void> {
  try {
    const privacy = await ensurePrivateDirectory(paths.directory, isStoreFile);
    if (privacy === 'tightened') warn(`Other users could look into ${paths.directory}; now only you can.`);
    const file = await readStoreFile(paths, warn);
    if (file.state !== 'absent') return;
    if (privacy === 'modeless') warn(modelessWarning(paths.directory));
    await keys.prepare();
  } catch (error) {
    throw unwritable(paths.path, error);
  }
}

export async function keyToWrite({ paths, keys }: StoreContext, ofFile: StoreKey | null): Promise<StoreKey> {
  try {
    return await keys.toWrite(ofFile);
  } catch (error) {
    throw unwritable(paths.path, error);
  }
}

/** `Store.proveWritable`. */
export async function prove(context: StoreContext): Promise<void> {
  await prepare(context);
  await withLock(context.paths, context.io, async (lock) => {
    // Damage is found before anything is requested that could be lost.
    const { bytes } = await readContents(context, lock);
    await checkWritable(context, lock, bytes);
  });
}

/**
 * Writes as much as a later write can need, and puts the file as it was read in its own place: a file that can't be
 * replaced, because it is a mount of its own for instance, is found here too.
 */
async function checkWritable({ paths }: StoreContext, lock: Lock, bytes: Buffer | null): Promise<void> {
  try {
    await sweep(paths);
    await proveWritable(paths.path, room);
    if (bytes !== null) await writeDurably(paths.path, bytes, { ready: () => mustBeOurs(lock) });
  } catch (error) {
    throw unwritable(paths.path, error);
  }
}

/** `Store.removeAll`. */
export async function remove(context: StoreContext, onlyWhenEmpty: boolean): Promise<Removed> {
  const { paths, io, keys } = context;
  const before = await readContents(context);
  if (before.storeKey === null && keys.prepared === null) return { storeFile: false, key: null };
  return await withLock(paths, io, async (lock) => {
    const { storeKey, entries } = await readContents(context, lock);
    if (onlyWhenEmpty && entries.size > 0) return { storeFile: false, key: null };
    const unused = storeKey ?? keys.prepared;
    const storeFile = await removeFile(context);
    if (unused === null || unused.header.source === 'passphrase') return { storeFile, key: null };
    const keyLeft = await keys.forget(unused);
    return keyLeft === null ? { storeFile, key: unused.header.source } : { storeFile, key: null, keyLeft };
  });
}

export async function removeFile({ paths }: StoreContext): Promise<boolean> {
  try {
    await sweep(paths);
    return await removeStoreFile(paths);
  } catch (error) {
    throw unwritable(paths.path, error);
  }
}
