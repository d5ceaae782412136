import type { Io } from '../ground/io.ts';
import type { Secret } from '../ground/secret.ts';
import type { Keychain } from './keys/keychain.ts';
import type { Profile } from './model/profile.ts';

/** Does `work`. If it takes long, shows what the program is waiting for. */
export type WaitNotice = <T>(what: string, work: () => Promise<T>) => Promise<T>;

/** Where a store's key is kept. */
export type KeySource = 'passphrase' | 'keychain' | 'key-file';

export type NewKeyPlace =
  { readonly to: 'keychain' | 'key-file' } | { readonly to: 'passphrase'; readonly passphrase: Secret };

export interface StoreSettings {
  readonly io: Pick<Io, 'clock' | 'env' | 'configDirectory' | 'dataDirectory' | 'signal'>;
  /** Resolves with `undefined` without a terminal. An empty answer for a new store means no passphrase. */
  readonly askPassphrase?: ((purpose: 'new' | 'open') => Promise<Secret | undefined>) | undefined;
  /** Whether someone can answer the system's keychain. */
  readonly isAttended?: () => boolean;
  /** Shows the user a sentence about something that was noticed or fixed. */
  readonly warn?: (sentence: string) => void;
  readonly waitNotice?: WaitNotice;
  /** The system's if omitted; `null` for none. */
  readonly keychain?: Keychain | null;
  /** Quarantines a damaged store as soon as it is opened, for a command that is about to write. */
  readonly quarantine?: boolean;
  /** The profile that will be read first. A database is asked for it in the same round trip. */
  readonly first?: string | undefined;
  /** Makes files private that other users can open; `false` for a command that only reads. */
  readonly tighten?: boolean;
}

/** The settings with their defaults, for every kind of store. */
export interface OpenSettings extends Required<Omit<StoreSettings, 'isAttended'>> {
  readonly keychain: Keychain;
}

/**
 * Returns the new profile, or `undefined` to remove it, or `current` to write nothing. Should call `proveWritable`
 * before it requests tokens that can't be requested again: that throws any error that the write would.
 */
export type Change = (
  current: Profile | undefined,
  proveWritable: () => Promise<void>,
) => Profile | undefined | Promise<Profile | undefined>;

export interface ChangeOptions {
  /** `false`: a database fails with profile-claimed immediately if another process is changing the profile. */
  readonly waits?: boolean;
  /** Called after another process has changed the profile. `true` ends the wait without making the change. */
  readonly unless?: (current: Profile | undefined) => boolean;
}

interface OldKey {
  /** Why the old key could not be removed; it no longer opens anything. */
  readonly keyLeft?: string | undefined;
}

export interface Moved extends OldKey {
  /** How many profiles were moved. */
  readonly profiles: number;
}

export interface KeyMoved extends OldKey {
  readonly from: KeySource;
  /** `false`: it was already there. */
  readonly moved: boolean;
  /** A team uses the store, so the key itself stays the same. */
  readonly isShared?: true;
}

export interface Removed extends OldKey {
  /** Whether a store was removed. */
  readonly storeFile: boolean;
  /** Where the removed key was; `null` for a passphrase, which isn't stored. */
  readonly key: 'keychain' | 'key-file' | null;
}

/** A file or a database with profiles. Every call sees the latest changes of other processes. */
export interface Store {
  /** A path or an address, for messages. */
  readonly location: string;
  /** Whether the store existed when it was last read. */
  readonly exists: boolean;
  /** `null` until there is a key. */
  readonly keySource: KeySource | null;
  /** Sorted, including unreadable profiles. */
  names(): Promise<readonly string[]>;
  /** All profiles, or those with these names, sorted by name, without unreadable ones. */
  profiles(names?: readonly string[]): Promise<readonly Profile[]>;
  /** @throws Failure profile-unreadable, and those of `openStore` */
  profile(name: string): Promise<Profile | undefined>;
  /**
   * Changes one profile while no other process can. If `change` throws, nothing is written.
   * @throws Failure store-unwritable if locking or writing failed; store-locked, interrupted while waiting for the
   * lock; profile-unreadable; and those of `openStore`
   */
  change(name: string, change: Change, options?: ChangeOptions): Promise<Profile | undefined>;
  /** Removes a profile, readable or not. @throws Failure as `change` */
  forget(name: string): Promise<void>;
  /** Checks that the store can be written, without creating it. @throws Failure as `change` */
  proveWritable(): Promise<void>;
  /**
   * Creates a new key, writes the store with it, then removes the old key. If this is interrupted, one of the two keys
   * opens the store.
   * @throws Failure store-absent, keychain-failed, and as `change`, with the store unchanged
   */
  moveKey(place: NewKeyPlace): Promise<KeyMoved>;
  /** Removes the store, then its key, unless it has a profile: another process may have added one. @throws Failure as `change` */
  removeIfEmpty(): Promise<Removed>;
  /** Adds all of these profiles, or none. @throws Failure profile-changed if a name is taken, and as `change` */
  addAll(profiles: readonly Profile[]): Promise<void>;
  /**
   * Copies every profile to another store, reads them back, and only then removes them here. No other process can
   * change them meanwhile. If this is interrupted, one of the two stores is complete.
   * @throws Failure store-absent, store-not-empty, profile-unreadable, and as `change` of both stores
   */
  moveTo(target: Store): Promise<Moved>;
}
