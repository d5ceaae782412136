import { createHash } from 'node:crypto';
import { fail, isFailure } from '../../ground/errors.ts';
import type { Io } from '../../ground/io.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { StoreKey } from '../keys/store-key.ts';
import type { WaitNotice } from '../keys/wait-notice.ts';
import type { Profile } from '../model/profile.ts';
import { profileFrom } from '../model/stored-profile.ts';
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
  /** By name. What has no name, or one that is taken, goes by a name made from its content. */
  readonly entries: ReadonlyMap<string, Entry>;
}

/** A profile in the file. Checked when it is needed: a command that reads one profile needn't check 500. */
export interface Entry {
  /** As it was parsed; changed by reading the profile. */
  readonly value: unknown;
  /** `undefined`: not read yet. `null`: this version can't read it, and the next write keeps its value as it is. */
  profile?: Profile | null;
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
  const entries = await entriesOf(context, envelope, storeKey);
  if (entries === null) return await damaged(context, bytes, lock);
  return (context.last = { storeKey, bytes, entries: named(entries) });
}

/** Does `work` on the file's contents while no other process can change them. @throws as `withLock` and `readContents` */
export async function withContents<T>(
  context: StoreContext,
  work: (contents: Contents, lock: Lock) => Promise<T>,
): Promise<T> {
  return await withLock(context.paths, context.io, async (lock) => await work(await readContents(context, lock), lock));
}

/** @throws Failure profile-unreadable */
export function profileIn({ paths }: StoreContext, { entries }: Contents, name: string): Profile | undefined {
  const entry = entries.get(name);
  if (entry === undefined) return undefined;
  const profile = read(entry);
  if (profile === null) throw fail('profile-unreadable', { profile: name, path: paths.path });
  return profile;
}

/** Sorted by name, apart from those that can't be read. */
export function profilesIn({ entries }: Contents): { profiles: readonly Profile[]; unreadable: readonly string[] } {
  const profiles: Profile[] = [];
  const unreadable: string[] = [];
  for (const name of [...entries.keys()].sort()) {
    const profile = read(entries.get(name) ?? { value: null });
    if (profile === null) unreadable.push(name);
    else profiles.push(profile);
  }
  return { profiles, unreadable };
}

function read(entry: Entry): Profile | null {
  return entry.profile === undefined ? (entry.profile = profileFrom(entry.value)) : entry.profile;
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

function named(values: readonly unknown[]): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const value of values) {
    const { name } = Object(value) as { readonly name?: unknown };
    if (typeof name === 'string' && !entries.has(name)) entries.set(name, { value });
    else entries.set(standInName(value), { value, profile: null });
  }
  return entries;
}

/** A name to call what has none of its own, the same each time. */
const standInName = (value: unknown): string =>
  `unnamed-${createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 8)}`;

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
