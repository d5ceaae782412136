import { fail, isFailure } from '../../ground/errors.ts';
import { openKey, type KeyContext, type StoreKey } from '../keys/store-key.ts';
import type { OpenSettings } from '../store.ts';
import { entriesBy, profilesIn, type Entries } from './entries.ts';
import { openEnvelope, type Envelope, type KeyHeader } from './envelope.ts';
import { fileFailure } from './file-problem.ts';
import { withLock, type Lock } from './lock.ts';
import { quarantine, readStoreFile } from './store-file.ts';
import type { StorePaths } from './store-paths.ts';

export interface Contents {
  /** `null`: there is no file. */
  readonly storeKey: StoreKey | null;
  /** The complete file. */
  readonly bytes: Buffer | null;
  readonly entries: Entries;
}

/** An open store. The keys are kept so that a passphrase is asked for and derived only once. */
export interface StoreContext extends KeyContext, StorePaths, OpenSettings {
  /** The file's key when last read; `null` if there was none. */
  known: StoreKey | null;
  /** A new key for a file that doesn't exist yet. */
  prepared: StoreKey | null;
}

/**
 * Reads, decrypts and parses the file. Always reports a damaged file, and quarantines it if the lock is held or
 * `context.quarantine` is set. Never overwrites or deletes it.
 * @param lock the lock, if the caller already holds it
 * @throws Failure store-unreadable, store-damaged, store-older, store-newer, or about the key
 */
export async function readContents(context: StoreContext, lock?: Lock): Promise<Contents> {
  const file = await readStoreFile(context);
  if (file.state === 'absent') {
    context.known = null;
    return { storeKey: null, bytes: null, entries: new Map() };
  }
  if (file.state === 'damaged') return await damaged(context, file.bytes, lock);
  const { bytes, envelope } = file;
  const storeKey = await openKeyOf(context, envelope.key);
  if (storeKey === 'moved') return await readContents(context, lock);
  const profiles = await profilesOf(context, envelope, storeKey);
  const entries = profiles && entriesBy(profiles);
  return entries === null ? await damaged(context, bytes, lock) : { storeKey, bytes, entries };
}

/** The contents while no other process can change them. */
export interface LockedContents extends Contents {
  readonly lock: Lock;
}

/** Does `work` on the contents while no other process can change them. @throws as `withLock` and `readContents` */
export async function withContents<T>(
  context: StoreContext,
  work: (contents: LockedContents) => Promise<T>,
  signal = context.io.signal,
): Promise<T> {
  return await withLock(context, async (lock) => await work({ ...(await readContents(context, lock)), lock }), signal);
}

/** The JSON of each profile. `null`: the file is damaged. */
async function profilesOf(
  { path }: StoreContext,
  envelope: Envelope,
  { key }: StoreKey,
): Promise<readonly string[] | null> {
  if (envelope.format === 1) return (await import('./format-1.ts')).readFormat1(envelope, key);
  const json = openEnvelope(envelope, key);
  if (json === null) return null;
  const profiles = profilesIn(json);
  // The key fits, so the file isn't damaged, and quarantining it wouldn't help.
  if (profiles === null) throw fail('store-unreadable', { path, detail: 'its contents have an unknown format' });
  return profiles;
}

/** Returns `moved` if the key is missing but the file is gone or has another key by now. */
async function openKeyOf(context: StoreContext, header: KeyHeader): Promise<StoreKey | 'moved'> {
  const { known } = context;
  if (known !== null && JSON.stringify(known.header) === JSON.stringify(header)) return known;
  try {
    return (context.known = await openKey(context, header));
  } catch (error) {
    const now = await readStoreFile(context);
    if (now.state === 'absent' || (now.state === 'sealed' && now.envelope.key.id !== header.id)) return 'moved';
    throw error;
  }
}

/**
 * Reports a damaged file, and quarantines it if allowed. Reads the file again if another process has replaced it.
 * @param bytes `null` if the file is too large
 */
async function damaged(context: StoreContext, bytes: Buffer | null, lock: Lock | undefined): Promise<Contents> {
  const { path, io } = context;
  if (lock === undefined && !context.quarantine) throw fail('store-damaged', { path, movedTo: null });
  let movedTo: string | null;
  try {
    const move = (): Promise<string | null> => quarantine(context, bytes, io.clock.now());
    movedTo = await (lock === undefined ? withLock(context, move) : move());
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
