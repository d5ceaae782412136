import { fail, isFailure } from '../../ground/errors.ts';
import type { Io } from '../../ground/io.ts';
import { decodeIndex, decodeProfile, type IndexEntry } from './codec.ts';
import { openIndex, openRecord, type KeyHeader } from './envelope.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { StoreKey } from '../keys/store-key.ts';
import { withLock, type Lock } from './lock.ts';
import type { StorePaths } from './store-paths.ts';
import type { Profile } from '../model/profile.ts';
import { readStoreFile, quarantine, type SealedFile } from './store-file.ts';
import type { WaitNotice } from '../keys/wait-notice.ts';
import { asFailure } from './file-problem.ts';
import { writeContents } from './write-contents.ts';

/** What the store's file holds; `file` and `storeKey` are `null` when there is none. */
export interface Index {
  readonly storeKey: StoreKey | null;
  /** As it was read. */
  readonly file: SealedFile | null;
  readonly entries: readonly IndexEntry[];
}

/** The whole file, and those of its profiles that were wanted. */
export interface Contents extends Index {
  readonly profiles: ReadonlyMap<string, Profile>;
}

/** A profile as it stands in the file: what the index holds of it, and its record as it is. */
export interface StoredRecord {
  readonly entry: IndexEntry;
  readonly bytes: Buffer;
}

/** What reading and writing the file needs. */
export interface StoreContext {
  readonly place: StorePaths;
  readonly keys: KeyRing;
  readonly io: Pick<Io, 'clock' | 'signal'> & { readonly telling: WaitNotice };
  readonly warn: (sentence: string) => void;
  /** As last read: an index that is still the same, byte for byte, is not decrypted again. */
  last?: { readonly head: Buffer; readonly entries: readonly IndexEntry[] };
}

/** How to read: `whole` for more than the index; the lock, where it is held already. */
interface Reading {
  readonly whole: boolean;
  readonly lock?: Lock | undefined;
}

/**
 * Reads the file's index; no secret is decrypted. A damaged file is moved aside and told; it is never overwritten and
 * never removed.
 * @throws Failure store-unreadable, store-damaged, store-newer, or about the key
 */
export async function readIndex(context: StoreContext, reading: Reading = { whole: false }): Promise<Index> {
  const { place, keys, warn } = context;
  const file = await readStoreFile(place, warn, reading);
  if (file.state === 'absent') {
    keys.noFile();
    return { storeKey: null, file: null, entries: [] };
  }
  const again = (): Promise<Index> => readIndex(context, reading);
  if (file.state === 'damaged') return await afterSettingAside(context, file.bytes, reading.lock, again);
  const storeKey = await openKeyOf(context, file.head.key);
  if (storeKey === 'moved') return await again();
  const entries = entriesOf(context, file, storeKey);
  if (entries !== null) return { storeKey, file, entries };
  // What is moved aside is recognised by all its bytes.
  if (file.bytes.length < file.size) return await readIndex(context, { ...reading, whole: true });
  return await afterSettingAside(context, file.bytes, reading.lock, again);
}

/**
 * Reads the whole file and decrypts those profiles that are wanted. Where one of them is damaged, a copy of the file is put
 * aside and told, and the sound ones are left in the file.
 * @param wanted the name of one, or all
 * @param lock the lock, where it is held already
 * @throws Failure as `readIndex`
 */
export async function readContents(
  context: StoreContext,
  wanted: { readonly name: string } | 'all',
  lock?: Lock,
): Promise<Contents> {
  const { storeKey, file, entries } = await readIndex(context, { whole: true, lock });
  const profiles = new Map<string, Profile>();
  if (file === null || storeKey === null) return { storeKey, file, entries, profiles };
  const isWanted = ({ name }: IndexEntry): boolean => wanted === 'all' || wanted.name === name;
  for (const { entry, bytes } of recordsOf({ file, entries }, isWanted)) {
    const { name, tag } = entry;
    const json = openRecord({ bytes, tag }, name, storeKey.header, storeKey.key);
    if (json === null) {
      const sound = soundRecords({ storeKey, file, entries });
      const again = (): Promise<Contents> => readContents(context, wanted, lock);
      return await afterSettingAside(context, file.bytes, lock, again, { storeKey, entries, sound });
    }
    profiles.set(name, decodeProfile(json, name) ?? ofAnotherForm(context));
  }
  return { storeKey, file, entries, profiles };
}

/** `null`: the file is damaged. */
function entriesOf(
  context: StoreContext,
  { head, bytes, size }: SealedFile,
  { key }: StoreKey,
): readonly IndexEntry[] | null {
  const headBytes = bytes.subarray(0, head.size);
  if (context.last?.head.equals(headBytes) !== true) {
    const json = openIndex(head, key);
    if (json === null) return null;
    context.last = { head: headBytes, entries: decodeIndex(json) ?? ofAnotherForm(context) };
  }
  const { entries } = context.last;
  return entries.reduce((end, entry) => end + entry.size, head.size) === size ? entries : null;
}

/** Whoever wrote this had the key, so it is no damage, and to move it would help nobody. */
function ofAnotherForm({ place: { path } }: StoreContext): never {
  throw fail('store-unreadable', { path, detail: 'its content is of another form' });
}

/** Those records of a file that was read whole that are wanted. */
export function recordsOf(
  { file, entries }: Pick<Index, 'file' | 'entries'>,
  isWanted: (entry: IndexEntry) => boolean,
): readonly StoredRecord[] {
  const records: StoredRecord[] = [];
  if (file === null) return records;
  let start = file.head.size;
  for (const entry of entries) {
    const end = start + entry.size;
    if (isWanted(entry)) records.push({ entry, bytes: file.bytes.subarray(start, end) });
    start = end;
  }
  return records;
}

function lostOf(left: Rest | undefined): { lost?: readonly string[] } {
  if (left === undefined) return {};
  const sound = new Set(left.sound.map(({ entry }) => entry.name));
  return { lost: left.entries.map(({ name }) => name).filter((name) => !sound.has(name)) };
}

/** `moved`: the file is of another key by now, or gone; so that this one is not found says nothing. */
async function openKeyOf({ place, keys, warn }: StoreContext, header: KeyHeader): Promise<StoreKey | 'moved'> {
  try {
    return await keys.open(header);
  } catch (error) {
    const now = await readStoreFile(place, warn, { whole: false });
    if (now.state === 'absent' || (now.state === 'sealed' && now.head.key.id !== header.id)) return 'moved';
    throw error;
  }
}

/** A record that is damaged costs no other profile: these are left in the file. */
function soundRecords({ storeKey, file, entries }: Pick<Index, 'file' | 'entries'> & { storeKey: StoreKey }) {
  const { header, key } = storeKey;
  return recordsOf({ file, entries }, () => true).filter(
    ({ entry: { name, tag }, bytes }) => openRecord({ bytes, tag }, name, header, key) !== null,
  );
}

/** What can be left of a damaged file. */
interface Rest {
  readonly storeKey: StoreKey;
  readonly entries: readonly IndexEntry[];
  readonly sound: readonly StoredRecord[];
}

/**
 * Puts the damaged file aside, and what is sound of it in its place. Reads again when another process put things right
 * before that.
 */
async function afterSettingAside<T>(
  context: StoreContext,
  damaged: Buffer | null,
  lock: Lock | undefined,
  readAgain: () => Promise<T>,
  rest?: Rest,
): Promise<T> {
  const { place, io } = context;
  const { path } = place;
  const left = rest !== undefined && rest.sound.length > 0 ? rest : undefined;
  let movedTo: string | null;
  try {
    const put = async (held: Lock): Promise<string | null> => {
      const aside = await quarantine(place, damaged, io.clock.now(), left === undefined ? 'move' : 'copy');
      if (aside !== null && left !== undefined) await writeContents(context, left.storeKey, left.sound, held);
      return aside;
    };
    movedTo = await (lock === undefined ? withLock(place, io, put) : put(lock));
  } catch (error) {
    // Nothing was to be written, so that the lock could not be made is told as what it prevents.
    const reason = isFailure(error) && error.code === 'store-unwritable' ? error.cause : error;
    throw asFailure(reason, (detail) =>
      fail('store-unreadable', { path, detail: `it is damaged, and could not be moved aside: ${detail}` }),
    );
  }
  if (movedTo !== null) throw fail('store-damaged', { path, movedTo, ...lostOf(left) });
  return await readAgain();
}
