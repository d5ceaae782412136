import { fail, isFailure } from '../../ground/errors.ts';
import type { Io } from '../../ground/io.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { StoreKey } from '../keys/store-key.ts';
import type { WaitNotice } from '../store.ts';
import { entriesBy, type Entries } from './entries.ts';
import { openEnvelope, type Envelope, type KeyHeader } from './envelope.ts';
import { fileFailure } from './file-problem.ts';
import { withLock, type Lock } from './lock.ts';
import { quarantine, readStoreFile } from './store-file.ts';
import type { StorePaths } from './store-paths.ts';

/** What the file holds. */
export interface Contents {
  /** `null`: there is no file. */
  readonly storeKey: StoreKey | null;
  /** All of the file as it was read. */
  readonly bytes: Buffer | null;
  readonly entries: Entries;
}

/** What reading and writing the file needs. */
export interface StoreContext {
  readonly paths: StorePaths;
  readonly keys: KeyRing;
  readonly io: Pick<Io, 'clock' | 'signal'> & { readonly waitNotice: WaitNotice };
  readonly warn: (sentence: string) => void;
  /** Whether a damaged file is moved aside by a read, too. */
  readonly quarantine: boolean;
  readonly tighten: boolean;
  /** As last read: a file whose bytes haven't changed is not decrypted again. */
  last?: Contents;
}

/**
 * Reads, decrypts and parses the file. A damaged one is moved aside if the lock is held or a write is about to follow,
 * and reported in any case; it is never overwritten and never deleted.
 * @param lock the lock, if the caller already holds it
 * @throws Failure store-unreadable, store-damaged, store-older, store-newer, or about the key
 */
export async function readContents(context: StoreContext, lock?: Lock): Promise<Contents> {
  const { paths, keys, warn, last } = context;
  const file = await readStoreFile(paths, warn, context.tighten);
  if (file.state === 'absent') {
    keys.known = null;
    return { storeKey: null, bytes: null, entries: new Map() };
  }
  if (file.state === 'damaged') return await damaged(context, file.bytes, lock);
  const { bytes, envelope } = file;
  const storeKey = await openKeyOf(context, envelope.key);
  if (storeKey === 'moved') return await readContents(context, lock);
  if (last?.bytes?.equals(bytes) === true) return last;
  const values = await profilesOf(context, envelope, storeKey);
  if (values === null) return await damaged(context, bytes, lock);
  return (context.last = { storeKey, bytes, entries: entriesBy(values) });
}

/** Does `work` on the file's contents while no other process can change them. @throws as `withLock` and `readContents` */
export async function withContents<T>(
  context: StoreContext,
  work: (contents: Contents, lock: Lock) => Promise<T>,
): Promise<T> {
  return await withLock(context.paths, context.io, async (lock) => await work(await readContents(context, lock), lock));
}

/** `null`: the file is damaged. */
async function profilesOf(
  { paths }: StoreContext,
  envelope: Envelope,
  { key }: StoreKey,
): Promise<readonly unknown[] | null> {
  if (envelope.format === 1) return (await import('./format-1.ts')).readFormat1(envelope, key);
  const json = openEnvelope(envelope, key);
  if (json === null) return null;
  const profiles = listIn(json);
  // Whoever wrote this had the key, so it isn't damage, and moving the file would not help.
  if (profiles === null) throw fail('store-unreadable', { path: paths.path, detail: 'its content has another form' });
  return profiles;
}

function listIn(json: string): readonly unknown[] | null {
  try {
    const { profiles } = Object(JSON.parse(json)) as { readonly profiles?: unknown };
    return Array.isArray(profiles) ? (profiles as readonly unknown[]) : null;
  } catch {
    return null;
  }
}

/** `moved`: the file has another key by now, or is gone, so it doesn't matter that this key wasn't found. */
async function openKeyOf({ paths, keys, warn, tighten }: StoreContext, header: KeyHeader): Promise<StoreKey | 'moved'> {
  try {
    return await keys.open(header);
  } catch (error) {
    const now = await readStoreFile(paths, warn, tighten);
    if (now.state === 'absent' || (now.state === 'sealed' && now.envelope.key.id !== header.id)) return 'moved';
    throw error;
  }
}

/**
 * Reports a damaged file, quarantined if that is allowed here. Reads again if another process fixed it first.
 * @param bytes `null` when the file is too large to be read
 */
async function damaged(context: StoreContext, bytes: Buffer | null, lock: Lock | undefined): Promise<Contents> {
  const { paths, io } = context;
  const { path } = paths;
  if (lock === undefined && !context.quarantine) throw fail('store-damaged', { path, movedTo: null });
  let movedTo: string | null;
  try {
    const move = (): Promise<string | null> => quarantine(paths, bytes, io.clock.now());
    movedTo = await (lock === undefined ? withLock(paths, io, move) : move());
  } catch (error) {
    // Nothing was going to be written, so the message says what a lock that can't be made prevents.
    const reason = isFailure(error) && error.code === 'store-unwritable' ? error.cause : error;
    throw fileFailure(reason, (detail) =>
      fail('store-unreadable', { path, detail: `it is damaged, and could not be moved aside: ${detail}` }),
    );
  }
  if (movedTo !== null) throw fail('store-damaged', { path, movedTo });
  return await readContents(context, lock);
}
