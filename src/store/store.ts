import type { Io } from '../ground/io.ts';
import type { Secret } from '../ground/secret.ts';
import type { Keychain } from './keys/keychain.ts';
import type { Profile } from './model/profile.ts';

/** Does `work`, and shows what the program is waiting for if it takes long. */
export type WaitNotice = <T>(what: string, work: () => Promise<T>) => Promise<T>;

export const withoutNotice: WaitNotice = async (_, work) => await work();

/** Where a store's key is kept. */
export type KeySource = 'passphrase' | 'keychain' | 'key-file';

/** Where the key should be kept from now on. */
export type NewKeyPlace =
  { readonly to: 'keychain' | 'key-file' } | { readonly to: 'passphrase'; readonly passphrase: Secret };

export interface StoreSettings {
  readonly io: Pick<Io, 'clock' | 'env' | 'configDirectory' | 'dataDirectory' | 'signal'>;
  /** Omitted without a terminal. An empty answer for a new store means no passphrase. */
  readonly askPassphrase?: (purpose: 'new' | 'open') => Promise<Secret>;
  /** Gets a sentence about each thing that was fixed. */
  readonly warn?: (sentence: string) => void;
  readonly waitNotice?: WaitNotice;
  /** The system's if omitted; `null` for none. */
  readonly keychain?: Keychain | null;
  /** Quarantines a damaged store as soon as it is opened, for a command that is about to write. Otherwise only a write does. */
  readonly quarantine?: boolean;
  /** Makes files private that other users can open; `false` for a command that only looks. */
  readonly tighten?: boolean;
}

/**
 * Returns the profile to store instead of `current`; `undefined` removes it, the same object writes nothing. Before it
 * requests something that can't be requested again, it may call `proveWritable`, which throws any error that writing
 * would.
 */
export type Change = (
  current: Profile | undefined,
  proveWritable: () => Promise<void>,
) => Profile | undefined | Promise<Profile | undefined>;

export interface ChangeOptions {
  /** Fails with profile-claimed at once while another process changes the profile. A file store waits for its lock. */
  readonly waits?: boolean;
  /** Called while another process changes the profile: `true` ends the wait, and the change isn't made. */
  readonly unless?: (current: Profile | undefined) => boolean;
}

interface OldKey {
  /** Why the old key could not be removed; it no longer opens anything. */
  readonly keyLeft?: string;
}

export interface Moved extends OldKey {
  /** How many profiles were moved. */
  readonly profiles: number;
}

export interface KeyMoved extends OldKey {
  readonly from: KeySource;
  /** `false`: it was already there. */
  readonly moved: boolean;
  /** Others use the store too, so the key itself stays the same. */
  readonly isShared?: true;
}

export interface Removed extends OldKey {
  /** Whether a store was removed. */
  readonly storeFile: boolean;
  /** Where the removed key was; a passphrase isn't kept anywhere. */
  readonly key: 'keychain' | 'key-file' | null;
}

/** Profiles, wherever they are stored. Every call sees other processes' latest changes. */
export interface Store {
  /** The store's location for messages, such as a path. */
  readonly location: string;
  /** As last seen. */
  readonly exists: boolean;
  /** Where the key is; `null` until there is one. */
  readonly keySource: KeySource | null;
  /** Sorted, including unreadable profiles. */
  names(): Promise<readonly string[]>;
  /** All profiles, or those with these names, sorted by name, without unreadable ones. */
  profiles(names?: readonly string[]): Promise<readonly Profile[]>;
  /** @throws Failure profile-unreadable, and those of `openStore` */
  profile(name: string): Promise<Profile | undefined>;
  /**
   * Reads, changes and writes one profile while no other process can. If `change` throws, nothing is written.
   * @throws Failure store-unwritable if locking or writing failed; store-locked, interrupted while waiting for the lock;
   *   profile-unreadable; and those of `openStore`
   */
  change(name: string, change: Change, options?: ChangeOptions): Promise<Profile | undefined>;
  /** Removes a profile, readable or not. @throws Failure as `change` */
  forget(name: string): Promise<void>;
  /** Does everything a later write needs, including a write, without creating a store. @throws Failure as `change` */
  proveWritable(): Promise<void>;
  /**
   * Keeps the key somewhere else, or protects the store with another passphrase: creates a new key there, writes the
   * store with it, then removes the old key. If this is interrupted, one of the two keys opens the store.
   * @throws Failure store-absent, keychain-failed, and as `change`; the store is unchanged then
   */
  moveKey(place: NewKeyPlace): Promise<KeyMoved>;
  /**
   * Removes the store, then its key. With `onlyWhenEmpty`, keeps a store in which there is a profile, which another
   * process may have just added.
   * @throws Failure as `change`
   */
  removeAll(options?: { readonly onlyWhenEmpty?: boolean }): Promise<Removed>;
  /** Adds all of these profiles, or none. @throws Failure profile-changed if a name is taken, and as `change` */
  addAll(profiles: readonly Profile[]): Promise<void>;
  /**
   * Moves every profile to another store: copies them, reads them back, and only then removes them here. No other
   * process can change one meanwhile. If this is interrupted, one of the two stores is complete.
   * @throws Failure store-absent, store-not-empty, profile-unreadable, and as `change` of both stores
   */
  moveTo(target: Store): Promise<Moved>;
  /** Closes the connection to a database, if there is one. */
  close(): Promise<void>;
}
