import { fail, isFailure } from '../../ground/errors.ts';
import { parseJson } from '../../ground/parse-json.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { StoreKey } from '../keys/store-key.ts';
import { entriesBy, type Entries } from './entries.ts';
import { openEnvelope, type Envelope, type KeyHeader } from './envelope.ts';
import { fileFailure } from './file-problem.ts';
import { withLock, type Lock, type LockIo } from './lock.ts';
import { quarantine, readStoreFile } from './store-file.ts';
import type { StorePaths } from './store-paths.ts';

export interface Contents {
  /** `null`: there is no file. */
  readonly storeKey: StoreKey | null;
  /** The complete file. */
  readonly bytes: Buffer | null;
  readonly entries: Entries;
}

export interface StoreContext {
  readonly paths: StorePaths;
  readonly keys: KeyRing;
  readonly io: LockIo;
  readonly warn: (sentence: string) => void;
  /** Whether reading is enough to quarantine a damaged file. */
  readonly quarantine: boolean;
  readonly tighten: boolean;
  /** Kept so that an unchanged file isn't decrypted again. */
  last?: Contents;
}

/**
 * Reads, decrypts and parses the file. Always reports a damaged file, and quarantines it if the lock is held or
 * `context.quarantine` is set. Never overwrites or deletes it.
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
  const entries = values && entriesBy(values);
  if (entries === null) return await damaged(context, bytes, lock);
  return (context.last = { storeKey, bytes, entries });
}

/** Does `work` on the contents while no other process can change them. @throws as `withLock` and `readContents` */
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
  const { profiles } = Object(parseJson(json)) as { readonly profiles?: unknown };
  // The key fits, so the file isn't damaged, and quarantining it wouldn't help.
  if (!Array.isArray(profiles))
    throw fail('store-unreadable', { path: paths.path, detail: 'its contents have an unknown format' });
  return profiles as readonly unknown[];
}

/** Returns `moved` if the key is missing but the file is gone or has another key by now. */
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
 * Reports a damaged file, and quarantines it if allowed. Reads the file again if another process has replaced it.
 * @param bytes `null` if the file is too large
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
    // The user didn't ask to write anything, so don't say that writing failed.
    const reason = isFailure(error) && error.code === 'store-unwritable' ? error.cause : error;
    throw fileFailure(reason, (detail) =>
      fail('store-unreadable', { path, detail: `it is damaged, and could not be moved aside: ${detail}` }),
    );
  }
  if (movedTo !== null) throw fail('store-damaged', { path, movedTo });
  return await readContents(context, lock);
}
