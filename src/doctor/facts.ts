import type { Verification } from '../connection/verify.ts';
import type { Failure } from '../ground/errors.ts';
import type { HttpAnswer, Io } from '../ground/io.ts';
import type { Region } from '../ground/regions.ts';
import type { StoreInspection } from '../store/file/inspect.ts';
import type { Profile } from '../store/model/profile.ts';
import type { Store } from '../store/store.ts';
import type { Answer } from '../tiktok/answer.ts';
import type { Hosts } from '../tiktok/portals.ts';

/** The contents of the store, or why it doesn't open and the id of the check that reports that. */
export type Opened =
  | { readonly ok: true; readonly store: Store; readonly profiles: readonly Profile[] }
  | { readonly ok: false; readonly failure: Failure; readonly owner: string };

/** `none`: nothing is set up. `unknown`: the profile doesn't exist or can't be read; the check `owner` reports that. */
export type StoredProfile =
  | { readonly state: 'none'; readonly profile?: undefined }
  | { readonly state: 'unknown'; readonly profile?: undefined; readonly failure: Failure; readonly owner: string }
  | { readonly state: 'known'; readonly profile: Profile };

export type Reach = HttpAnswer & { readonly origin: string; readonly at: number };

/** The facts about this computer that several checks need. Each is looked up once, when the first check asks. */
export interface ComputerFacts {
  readonly io: Pick<Io, 'http' | 'clock' | 'env' | 'host' | 'configDirectory' | 'dataDirectory' | 'signal'>;
  readonly version: string;
  readonly hosts: (region: Region) => Hosts;
  /** Whether `--offline` was given. */
  readonly offline: boolean;
  /** Whether `--fix` was given. If so, checks must not recommend it. */
  readonly fixed: boolean;
  /** The titles of the checks that run, by id. */
  readonly running: ReadonlyMap<string, string>;
  /** Secrets to remove from findings. Opening the store adds the secrets in it. */
  readonly secrets: readonly string[];
  readonly inspection: () => Promise<StoreInspection>;
  readonly store: () => Promise<Opened>;
  /** Tries to reach a host. `at` is when the attempt ended, in milliseconds since 1970. */
  readonly reach: (origin: string) => Promise<Reach>;
}

/** Adds the facts about one profile. A fact is `undefined` if the profile, or a value that it needs, is missing. */
export interface Facts extends ComputerFacts {
  readonly profile: () => Promise<StoredProfile>;
  /** Whether TikTok Shop knows the App Key. */
  readonly app: () => Promise<Answer<'recognized'> | undefined>;
  /** The result of a signed call with the stored access token. */
  readonly connection: () => Promise<Verification | undefined>;
  /** Whether `--fix` got new tokens from TikTok Shop. */
  readonly refreshed?: boolean;
  /** Why `--fix` could not refresh the access token. */
  readonly notRefreshed?: Failure;
}
