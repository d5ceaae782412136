import type { Io } from '../ground/io.ts';
import type { Secret } from '../ground/secret.ts';
import { changeProfile, prove, remove, type Change, type ChangeOptions, type Removed } from './file/changes.ts';
import { readContents, readIndex, type StoreContext } from './file/contents.ts';
import type { KeyHeader } from './file/envelope.ts';
import { createKeyRing } from './keys/key-ring.ts';
import { systemKeychain, type Keychain } from './keys/keychain.ts';
import type { NewPlace } from './keys/store-key.ts';
import { moveKey, type KeyMoved } from './file/move-key.ts';
import type { ProfileOverview } from './model/overview.ts';
import { storePathsOf } from './file/store-paths.ts';
import type { Profile } from './model/profile.ts';
import { withoutNotice, withWaitNotice, type WaitNotice } from './keys/wait-notice.ts';

export type KeySource = KeyHeader['source'];

export interface StoreSettings {
  readonly io: Pick<Io, 'clock' | 'env' | 'configDirectory' | 'dataDirectory' | 'signal'>;
  /** Absent where nobody can be asked. An empty answer for a new store means: none. */
  readonly askPassphrase?: (purpose: 'new' | 'open') => Promise<Secret>;
  /** Told what was put right on the way, as a sentence. */
  readonly warn?: (sentence: string) => void;
  /** Says what is waited for; nothing is said when absent. */
  readonly waitNotice?: WaitNotice;
  /** The system's when absent; `null` for none. */
  readonly keychain?: Keychain | null;
}

/** Every reading and changing but `atOpening` looks at the file anew: other processes use it too. */
export interface Store {
  readonly path: string;
  /** As last seen. */
  readonly exists: boolean;
  /** Where the key is; `null` until there is one. */
  readonly keySource: KeySource | null;
  /** Sorted by name, as they were when the store was opened: for who only looks, and looks once. */
  readonly atOpening: readonly ProfileOverview[];
  /** Sorted. */
  names(): Promise<readonly string[]>;
  /** Sorted by name. */
  profiles(): Promise<readonly Profile[]>;
  profile(name: string): Promise<Profile | undefined>;
  /**
   * Reads, changes and writes one profile while no other process can. `change` gets what is stored now and returns what
   * shall be stored: `undefined` removes the profile, the same object writes nothing. What `change` throws comes
   * through, and nothing is written then.
   * @throws Failure store-unwritable only when locking or writing failed; store-locked, interrupted while waiting for
   *   the lock, and all of `openStore`'s
   */
  change(name: string, change: Change, options?: ChangeOptions): Promise<Profile | undefined>;
  /**
   * Does everything that a later write needs, the writing included, and leaves no store where there was none.
   * @throws Failure as `change`
   */
  proveWritable(): Promise<void>;
  /**
   * Keeps the key elsewhere from now on, or locks the store with another passphrase: a new key is made there, the file
   * written with it, and the old key removed. Whenever this is broken off, one of the two opens the file.
   * @throws Failure store-absent, keychain-failed, and as `change`; the store is as it was then
   */
  moveKey(place: NewPlace): Promise<KeyMoved>;
  /**
   * Removes the file, then its key. With `onlyWhenEmpty`, nothing while there is a profile: another process may have
   * made one just now.
   * @throws Failure as `change`
   */
  removeAll(options?: { readonly onlyWhenEmpty?: boolean }): Promise<Removed>;
}

/**
 * Opens the store, or gets ready to make it: nothing is created before the first change. That an older copy of the file
 * was put back is not noticed (see envelope.ts).
 * @throws Failure store-unreadable, store-damaged, store-newer, passphrase-missing, passphrase-wrong, key-missing,
 *   key-wrong, keychain-failed, keychain-entry-missing
 */
export async function openStore(settings: StoreSettings): Promise<Store> {
  const context = storeContextOf(settings);
  const { place, keys } = context;
  const { entries } = await readIndex(context);
  return {
    path: place.path,
    atOpening: entries,
    get exists() {
      return keys.known !== null;
    },
    get keySource() {
      return (keys.known ?? keys.prepared)?.header.source ?? null;
    },
    async names() {
      return (await readIndex(context)).entries.map(({ name }) => name);
    },
    async profiles() {
      return [...(await readContents(context, 'all')).profiles.values()];
    },
    async profile(name) {
      return (await readContents(context, { name })).profiles.get(name);
    },
    change: (name, change, options) => changeProfile(context, name, change, options),
    proveWritable: () => prove(context),
    moveKey: (newPlace) => moveKey(context, newPlace),
    removeAll: ({ onlyWhenEmpty = false } = {}) => remove(context, onlyWhenEmpty),
  };
}

function storeContextOf(settings: StoreSettings): StoreContext {
  const { io, askPassphrase, warn = () => undefined, waitNotice: telling = withoutNotice } = settings;
  const place = storePathsOf(io);
  const { path, keysDirectory } = place;
  const { env } = io;
  const { keychain: given = systemKeychain({ env }) } = settings;
  const keychain = given === null ? null : withWaitNotice(given, telling);
  const keys = createKeyRing({ path, keysDirectory, env, keychain, askPassphrase, warn });
  const { clock, signal } = io;
  return { place, io: { clock, signal, telling }, warn, keys };
}
