import { fail, isFailure, type Failure } from '../../ground/errors.ts';
import type { Io } from '../../ground/io.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { StoreKey } from '../keys/store-key.ts';
import type { WaitNotice } from '../keys/wait-notice.ts';
import type { Profile } from '../model/profile.ts';
import { profileFrom } from '../model/stored-profile.ts';
import { openEnvelope, type Envelope, type KeyHeader } from './envelope.ts';
import { asFailure } from './file-problem.ts';
import { withLock, type Lock } from './lock.ts';
import { quarantine, readStoreFile } from './store-file.ts';
import type { StorePaths } from './store-paths.ts';

/** What the file holds. */
export interface Contents {
  /** `null`: there is no file. */
  readonly storeKey: StoreKey | null;
  /** All of the file as it was read. */
  readonly bytes: Buffer | null;
  /** By name, sorted. */
  readonly profiles: ReadonlyMap<string, Profile>;
  /** What this version can't read, by name and as it was parsed, so that it survives the next write. */
  readonly unreadable: ReadonlyMap<string, unknown>;
}

/** What reading and writing the file needs. */
export interface StoreContext {
  readonly paths: StorePaths;
  readonly keys: KeyRing;
  readonly io: Pick<Io, 'clock' | 'signal'> & { readonly telling: WaitNotice };
  readonly warn: (sentence: string) => void;
  /** Whether a damaged file is moved aside by a read, too. */
  readonly quarantine: boolean;
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
  const file = await readStoreFile(paths, warn);
  if (file.state === 'absent') {
    keys.noFile();
    return { storeKey: null, bytes: null, profiles: new Map(), unreadable: new Map() };
  }
  if (file.state === 'damaged') return await damaged(context, file.bytes, lock);
  const { bytes, envelope } = file;
  const storeKey = await openKeyOf(context, envelope.key);
  if (storeKey === 'moved') return await readContents(context, lock);
  if (last?.bytes?.equals(bytes) === true) return last;
  const entries = await entriesOf(context, envelope, storeKey);
  if (entries === null) return await damaged(context, bytes, lock);
  return (context.last = { storeKey, bytes, ...sorted(entries) });
}

export const unreadableProfile = ({ paths }: StoreContext, profile: string): Failure =>
  fail('profile-unreadable', { profile, path: paths.path });

/** @throws Failure profile-unreadable */
export function readableProfile(context: StoreContext, contents: Contents, name: string): Profile | undefined {
  if (contents.unreadable.has(name)) throw unreadableProfile(context, name);
  return contents.profiles.get(name);
}

/** `null`: the file is damaged. */
async function entriesOf(
  { paths }: StoreContext,
  envelope: Envelope,
  { key }: StoreKey,
): Promise<readonly unknown[] | null> {
  if (envelope.format === 1) return (await import('./format-1.ts')).readFormat1(envelope, key);
  const json = openEnvelope(envelope, key);
  if (json === null) return null;
  const profiles = profilesIn(json);
  // Whoever wrote this had the key, so it isn't damage, and moving the file would not help.
  if (profiles === null) throw fail('store-unreadable', { path: paths.path, detail: 'its content has another form' });
  return profiles;
}

function profilesIn(json: string): readonly unknown[] | null {
  try {
    const { profiles } = Object(JSON.parse(json)) as { readonly profiles?: unknown };
    return Array.isArray(profiles) ? (profiles as readonly unknown[]) : null;
  } catch {
    return null;
  }
}

function sorted(entries: readonly unknown[]): Pick<Contents, 'profiles' | 'unreadable'> {
  const profiles: Profile[] = [];
  const unreadable = new Map<string, unknown>();
  for (const [index, entry] of entries.entries()) {
    const profile = profileFrom(entry);
    if (profile === null) unreadable.set(nameOf(entry) ?? `profile number ${String(index + 1)}`, entry);
    else profiles.push(profile);
  }
  profiles.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { profiles: new Map(profiles.map((profile) => [profile.name, profile])), unreadable };
}

function nameOf(entry: unknown): string | undefined {
  const name = (Object(entry) as { readonly name?: unknown }).name;
  return typeof name === 'string' ? name : undefined;
}

/** `moved`: the file has another key by now, or is gone, so it doesn't matter that this key wasn't found. */
async function openKeyOf({ paths, keys, warn }: StoreContext, header: KeyHeader): Promise<StoreKey | 'moved'> {
  try {
    return await keys.open(header);
  } catch (error) {
    const now = await readStoreFile(paths, warn);
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
    throw asFailure(reason, (detail) =>
      fail('store-unreadable', { path, detail: `it is damaged, and could not be moved aside: ${detail}` }),
    );
  }
  if (movedTo !== null) throw fail('store-damaged', { path, movedTo });
  return await readContents(context, lock);
}
