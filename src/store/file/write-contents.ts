import { encodeIndex, encodeProfile, indexEntry } from './codec.ts';
import type { StoreContext, StoredRecord } from './contents.ts';
import { writeDurably } from './durable-write.ts';
import { sealIndex, sealRecord } from './envelope.ts';
import type { StoreKey } from '../keys/store-key.ts';
import type { Lock } from './lock.ts';
import type { Profile } from '../model/profile.ts';
import { sweep } from './store-file.ts';
import { FileProblem, unwritable } from './file-problem.ts';

/** Encrypts a profile, to be written. */
export function storedRecord(profile: Profile, { header, key }: StoreKey): StoredRecord {
  const sealed = sealRecord(encodeProfile(profile), profile.name, header, key);
  return { entry: indexEntry(profile, sealed), bytes: sealed.bytes };
}

/**
 * Writes these records, all of this key, in place of what the file holds.
 * @throws Failure store-unwritable; the file is as it was then
 */
export async function writeContents(
  { place, keys }: StoreContext,
  storeKey: StoreKey,
  records: readonly StoredRecord[],
  lock: Lock,
): Promise<void> {
  const sorted = [...records].sort((a, b) => (a.entry.name < b.entry.name ? -1 : 1));
  const index = encodeIndex(sorted.map(({ entry }) => entry));
  const bytes = [sealIndex(index, storeKey.header, storeKey.key), ...sorted.map((record) => record.bytes)];
  try {
    await sweep(place);
    await writeDurably(place.path, Buffer.concat(bytes), () => mustBeOurs(lock));
  } catch (error) {
    throw unwritable(place.path, error);
  }
  keys.wrote(storeKey);
}

/** @throws Trouble when another process took this one for dead */
export async function mustBeOurs(lock: Lock): Promise<void> {
  if (!(await lock.isOurs())) throw new FileProblem('another process took over the lock in the meantime');
}
