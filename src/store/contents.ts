import { fail, isFailure } from '../errors.ts';
import type { Io } from '../io.ts';
import { decodeProfiles, encodeProfiles } from './codec.ts';
import { writeDurably } from './durable-write.ts';
import { seal, unseal, type KeyHeader } from './envelope.ts';
import type { KeyRing } from './keys/key-ring.ts';
import type { StoreKey } from './keys/store-key.ts';
import { withLock, type Lock } from './lock.ts';
import type { Place } from './place.ts';
import type { Profile } from './profile.ts';
import { moveAside, readStoreFile, sweep, type SealedFile } from './store-file.ts';
import type { Telling } from './telling.ts';
import { asFailure, Trouble, unwritable } from './trouble.ts';

/** What the store's file holds. */
export interface Contents {
  /** `null` when there is no file. */
  readonly storeKey: StoreKey | null;
  /** As it was read. */
  readonly file: SealedFile | null;
  readonly profiles: ReadonlyMap<string, Profile>;
}

/** What reading and writing the file needs. */
export interface Ground {
  readonly place: Place;
  readonly keys: KeyRing;
  readonly io: Pick<Io, 'clock' | 'signal'> & { readonly telling: Telling };
  readonly warn: (sentence: string) => void;
  /** As last read: a file that is still the same, byte for byte, is not decrypted again. */
  last?: { readonly file: SealedFile; readonly profiles: Contents['profiles'] };
}

/**
 * Reads and decrypts the file. A damaged one is moved aside and told; it is never overwritten and never removed.
 * @param lock the lock, where it is held already
 * @throws Failure store-unreadable, store-damaged, store-newer, or about the key
 */
export async function readContents(ground: Ground, lock?: Lock): Promise<Contents> {
  const { place, keys, warn } = ground;
  const file = await readStoreFile(place, warn, ground.last?.file);
  if (file.state === 'absent') {
    keys.noFile();
    return { storeKey: null, file: null, profiles: new Map() };
  }
  if (file.state === 'damaged') return await afterSettingAside(ground, file.bytes, lock);
  const storeKey = await openKeyOf(ground, file.envelope.key);
  if (storeKey === 'moved') return await readContents(ground, lock);
  if (file === ground.last?.file) return { storeKey, file, profiles: ground.last.profiles };
  const json = unseal(file.envelope, storeKey.key);
  if (json === null) return await afterSettingAside(ground, file.bytes, lock);
  const profiles = decodeProfiles(json);
  // Whoever wrote this had the key, so it is no damage, and to move it would help nobody.
  if (profiles === null) throw fail('store-unreadable', { path: place.path, detail: 'its content is of another form' });
  ground.last = { file, profiles };
  return { storeKey, file, profiles };
}

/** `moved`: the file is of another key by now, or gone; so that this one is not found says nothing. */
async function openKeyOf({ place, keys, warn }: Ground, header: KeyHeader): Promise<StoreKey | 'moved'> {
  try {
    return await keys.open(header);
  } catch (error) {
    const now = await readStoreFile(place, warn);
    if (now.state === 'absent' || (now.state === 'sealed' && now.envelope.key.id !== header.id)) return 'moved';
    throw error;
  }
}

/** Reads again when another process put things right before the damaged file could be moved. */
async function afterSettingAside(ground: Ground, damaged: Buffer | null, lock: Lock | undefined): Promise<Contents> {
  const { place, io } = ground;
  const { path } = place;
  let movedTo: string | null;
  try {
    const move = (): Promise<string | null> => moveAside(place, damaged, io.clock.now());
    movedTo = await (lock === undefined ? withLock(place, io, move) : move());
  } catch (error) {
    // Nothing was to be written, so that the lock could not be made is told as what it prevents.
    const reason = isFailure(error) && error.code === 'store-unwritable' ? error.cause : error;
    throw asFailure(reason, (detail) =>
      fail('store-unreadable', { path, detail: `it is damaged, and could not be moved aside: ${detail}` }),
    );
  }
  if (movedTo !== null) throw fail('store-damaged', { path, movedTo });
  return await readContents(ground, lock);
}

/**
 * Writes these profiles in place of what the file holds.
 * @throws Failure store-unwritable; the file is as it was then
 */
export async function writeContents(
  { place, keys }: Ground,
  storeKey: StoreKey,
  profiles: Iterable<Profile>,
  lock: Lock,
): Promise<void> {
  const json = encodeProfiles(profiles);
  try {
    await sweep(place);
    await writeDurably(place.path, seal(json, storeKey.header, storeKey.key), () => mustBeOurs(lock));
  } catch (error) {
    throw unwritable(place.path, error);
  }
  keys.wrote(storeKey);
}

/** @throws Trouble when another process took this one for dead */
export async function mustBeOurs(lock: Lock): Promise<void> {
  if (!(await lock.isOurs())) throw new Trouble('another process took over the lock in the meantime');
}
