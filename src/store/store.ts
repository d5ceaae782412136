import type { Failure } from '../ground/errors.ts';
import type { Io } from '../ground/io.ts';
import type { Secret } from '../ground/secret.ts';
import type { Keychain } from './keys/keychain.ts';
import type { Profile } from './model/profile.ts';

/** Runs `work`. If that takes a while, shows what the program is waiting for. */
export type WaitNotice = <T>(what: string, work: () => Promise<T>) => Promise<T>;

export type KeySource = 'passphrase' | 'keychain' | 'key-file';

export type NewKeyPlace =
  { readonly to: 'keychain' | 'key-file' } | { readonly to: 'passphrase'; readonly passphrase: Secret };

export interface StoreSettings {
  readonly io: Pick<Io, 'clock' | 'env' | 'configDirectory' | 'dataDirectory' | 'signal'>;
  /** Resolves with `undefined` if there is no terminal. An empty passphrase for a new file means a key file. */
  readonly askPassphrase?: ((purpose: 'new' | 'open') => Promise<Secret | undefined>) | undefined;
  readonly isAttended?: () => boolean;
  readonly warn?: (sentence: string) => void;
  readonly waitNotice?: WaitNotice;
  /** The system's keychain by default; `null` for none. */
  readonly keychain?: Keychain | null;
  /** Whether to quarantine a damaged store file when it is opened. `true` for a command that is about to write. */
  readonly quarantine?: boolean;
  /**
   * The profile, or a pattern, that will be read right after opening. A file isn't read again for that. A database
   * looks up the profile in the same round trip as the key.
   */
  readonly first?: string | undefined;
  /** Whether to remove other users' access to the files. `false` for `doctor` without `--fix`. */
  readonly tighten?: boolean;
}

export interface OpenSettings extends Required<Omit<StoreSettings, 'isAttended'>> {
  readonly keychain: Keychain;
}

/** Returning `undefined` removes the profile; `current` writes nothing. Call `proveWritable` before a token request. */
export type Change = (
  current: Profile | undefined,
  proveWritable: () => Promise<void>,
) => Profile | undefined | Promise<Profile | undefined>;

/** Only a database uses these options. They matter while another process is changing the profile. */
export interface ChangeOptions {
  /** `false`: fails with profile-claimed instead of waiting. */
  readonly waits?: boolean;
  /** Called if the profile changes during the wait. `true` ends the wait without making the change. */
  readonly unless?: (current: Profile | undefined) => boolean;
}

interface OldKey {
  /** Why the old key, which nothing needs anymore, couldn't be removed. */
  readonly keyLeft?: string | undefined;
}

export interface Moved extends OldKey {
  readonly profiles: number;
}

export interface KeyMoved extends OldKey {
  readonly from: KeySource;
  readonly moved: boolean;
  /** `true`: a team shares the store, so the key itself stays the same. */
  readonly isShared?: true;
}

export interface Removed extends OldKey {
  readonly storeFile: boolean;
  /** Where the removed key was; `null` if no key was removed, as with a passphrase. */
  readonly key: 'keychain' | 'key-file' | null;
}

/** A file or a database with profiles. Calls see other processes' changes; the first may reuse what opening read. */
export interface Store {
  /** The path or address that messages show. */
  readonly location: string;
  /** `null` if there was no store when it was last read or written, and no key was created for one yet. */
  readonly keySource: KeySource | null;
  /** Returns all names, sorted, including those of unreadable profiles. */
  names(): Promise<readonly string[]>;
  /** Returns all profiles, or those with these names, sorted by name. Leaves out unreadable ones. */
  profiles(names?: readonly string[]): Promise<readonly Profile[]>;
  /** @throws Failure profile-unreadable, profile-damaged, and those of `openStore` */
  profile(name: string): Promise<Profile | undefined>;
  /**
   * Changes one profile while no other process can. If `change` throws, nothing is written.
   * @throws Failure store-unwritable; store-locked or interrupted while waiting for the lock; profile-name-refused; for
   * a database profile-claimed, profile-changed, tokens-kept-here; and as `profile`
   */
  change(name: string, change: Change, options?: ChangeOptions): Promise<Profile | undefined>;
  /** Removes a profile, readable or not. @throws Failure as `change` */
  forget(name: string): Promise<void>;
  /** Checks that the store can be written. May create its key or tables, not the file. @throws Failure as `change` */
  proveWritable(): Promise<void>;
  /**
   * Encrypts the store file with a new key, then removes the old one. A database keeps its key; only where this
   * computer gets it, or the team's passphrase, changes.
   * @throws Failure store-absent, keychain-failed, and as `change`, with the store unchanged
   */
  moveKey(place: NewKeyPlace): Promise<KeyMoved>;
  /** Removes a store file that has no profiles, then its key. Doesn't remove a database. @throws Failure as `change` */
  removeIfEmpty(): Promise<Removed>;
  /** Adds all of these profiles, or none. @throws Failure profile-changed if a name is taken, and as `change` */
  addAll(profiles: readonly Profile[]): Promise<void>;
  /**
   * Copies every profile and reads the copies back. Only then removes the originals, unless another process has changed
   * one. If this is interrupted, at least one store is complete.
   * @throws Failure store-absent, store-not-empty, and as `change` of both stores
   */
  moveTo(target: Store): Promise<Moved>;
}

/** A `doctor` finding about a store. `fix` says what the user should do. */
export type StoreFinding =
  | { readonly status: 'pass'; readonly detail: string }
  | { readonly status: 'warn' | 'fail'; readonly detail: string; readonly fix: string };

/** The facts about a store that don't need its key. Modes are permission bits, absent if they couldn't be read. */
export interface StoreInspection {
  /** Empty for a database. */
  readonly directory: string;
  /** The file's path or the database's address. */
  readonly path: string;
  readonly directoryMode?: number;
  readonly fileMode?: number;
  /** Whether anything is at `path`; `true` for a database. */
  readonly exists: boolean;
  readonly keyFile?: { readonly path: string; readonly mode?: number; readonly directoryMode?: number };
  /** `pid` is absent if it couldn't be read. `problem`: something other than a lock is in its place. */
  readonly lock?: { readonly pid?: number; readonly alive: boolean } | { readonly problem: string };
  /** The findings about a database, instead of the facts about a file. */
  readonly findings?: readonly StoreFinding[];
  readonly failure?: Failure;
  /** Why the file can't be read. Opening it reports other problems. */
  readonly unreadable?: string;
}

/** A kind of store that isn't a file. */
export interface Backend {
  /** Whether the value of `OTTOKIT_TIKTOK_STORE`, or the target of `store move`, is the address of such a store. */
  readonly isAddress: (text: string) => boolean;
  readonly example: string;
  /** Imports the code of this kind of store, so that commands that don't use it don't load it. */
  readonly load: () => Promise<BackendCode>;
}

export interface BackendCode {
  /** @throws Failure as `openStore`. Its message must not quote the address, which may contain a password. */
  readonly open: (address: string, settings: OpenSettings) => Promise<Store>;
  /** Changes nothing and needs no key. @throws Failure usage for an invalid address */
  readonly inspect: (address: string, io: Pick<Io, 'clock' | 'env' | 'dataDirectory'>) => Promise<StoreInspection>;
  readonly sql: string;
}
