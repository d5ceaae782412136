import { fail, isFailure } from '../../ground/errors.ts';
import { openKey, type StoreKey } from '../keys/store-key.ts';
import type { OpenSettings } from '../store.ts';
import { entriesByName, profilesIn, type Entries } from './entries.ts';
import { openEnvelope, type Envelope, type KeyHeader } from './envelope.ts';
import { fileFailure } from './file-problem.ts';
import { withLock, type Lock } from './lock.ts';
import { quarantine, readStoreFile } from './store-file.ts';
import type { StorePaths } from './store-paths.ts';

/** The contents of the store file. If there is no file, the key and the bytes are `null`. */
export interface Contents {
  readonly storeKey: StoreKey | null;
  readonly bytes: Buffer | null;
  readonly entries: Entries;
}

export const noContents: Contents = { storeKey: null, bytes: null, entries: new Map() };

export interface StoreContext extends StorePaths, OpenSettings {
  /** The contents last read or written, so that we needn't decrypt them or ask for the passphrase again. */
  last: Contents;
  /** The key for the next write, if there is no file yet or its key is being replaced. */
  prepared: StoreKey | null;
}

/**
 * Reads and decrypts the file. Throws if it is damaged, after quarantining it if the lock is held or
 * `context.quarantine` is set. Never overwrites or deletes a damaged file.
 * @throws Failure store-unreadable, store-damaged, store-older, store-newer, and as `openKey` and `withLock`
 */
export async function readContents(context: StoreContext, lock?: Lock): Promise<Contents> {
  const file = await readStoreFile(context);
  if (file.state === 'absent') return (context.last = noContents);
  if (file.state === 'damaged') return await handleDamaged(context, file.bytes, lock);
  const { bytes, envelope } = file;
  if (context.last.bytes?.equals(bytes) === true) return context.last;
  const storeKey = await openKeyOf(context, envelope.key);
  if (storeKey === 'file-changed') return await readContents(context, lock);
  // A write that seemed to fail may have worked after all, as on a network drive.
  if (context.prepared?.header.id === storeKey.header.id) context.prepared = null;
  const profiles = await profilesOf(context, envelope, storeKey);
  const entries = profiles && entriesByName(profiles);
  if (entries === null) return await handleDamaged(context, bytes, lock);
  return (context.last = { storeKey, bytes, entries });
}

export interface LockedContents extends Contents {
  readonly lock: Lock;
}

/** Runs `work` while no other process can change the contents. @throws as `withLock` and `readContents` */
export async function withContents<T>(
  context: StoreContext,
  work: (contents: LockedContents) => Promise<T>,
  signal = context.io.signal,
): Promise<T> {
  return await withLock(context, async (lock) => await work({ ...(await readContents(context, lock)), lock }), signal);
}

/** Returns the JSON of each profile, or `null` if the file is damaged. */
async function profilesOf({ path }: StoreContext, envelope: Envelope, { key }: StoreKey) {
  if (envelope.format === 1) return (await import('./format-1.ts')).readFormat1(envelope, key);
  const json = openEnvelope(envelope, key);
  if (json === null) return null;
  const profiles = profilesIn(json);
  // Decryption succeeded, so the file isn't damaged, and quarantining it wouldn't help.
  if (profiles === null) throw fail('store-unreadable', { path, detail: 'its contents have an unknown format' });
  return profiles;
}

/** Opens the file's key. Returns `file-changed` if that fails because the file was removed or has another key now. */
async function openKeyOf(context: StoreContext, header: KeyHeader): Promise<StoreKey | 'file-changed'> {
  const { storeKey } = context.last;
  if (storeKey !== null && JSON.stringify(storeKey.header) === JSON.stringify(header)) return storeKey;
  try {
    return await openKey(context, header);
  } catch (error) {
    const now = await readStoreFile(context);
    if (now.state === 'absent' || (now.state === 'sealed' && now.envelope.key.id !== header.id)) return 'file-changed';
    throw error;
  }
}

/**
 * Throws store-damaged, after quarantining the file if allowed, or store-unreadable if that fails. Reads the file again
 * if another process has replaced it.
 */
async function handleDamaged(context: StoreContext, bytes: Buffer | null, lock: Lock | undefined): Promise<Contents> {
  const { path, io } = context;
  if (lock === undefined && !context.quarantine) throw fail('store-damaged', { path, movedTo: null });
  const move = (): Promise<string | null> => quarantine(context, bytes, io.clock.now());
  const movedTo = await (lock === undefined ? withLock(context, move) : move()).catch((error: unknown) => {
    // Report the damage, not that the store can't be written.
    const reason = isFailure(error) && error.code === 'store-unwritable' ? error.cause : error;
    throw fileFailure(reason, (detail) =>
      fail('store-unreadable', { path, detail: `it is damaged, and couldn’t be moved aside: ${detail}`, stuck: true }),
    );
  });
  if (movedTo !== null) throw fail('store-damaged', { path, movedTo });
  return await readContents(context, lock);
}
