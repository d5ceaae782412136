import type { Failure } from '../ground/errors.ts';
import type { Io } from '../ground/io.ts';
import type { Store, OpenSettings } from './store.ts';

/** A `doctor` finding about a store. `fix` says what the user should do. */
export type StoreFinding =
  | { readonly status: 'pass'; readonly detail: string }
  | { readonly status: 'warn' | 'fail'; readonly detail: string; readonly fix: string };

/** The result of inspecting a store that isn't a file. */
export interface Inspected {
  readonly location: string;
  /** The id of the store's key, which is in the name of its key file. Absent until there is a key. */
  readonly keyId?: string;
  readonly findings: readonly StoreFinding[];
  readonly failure?: Failure;
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
  /** Inspects the store without its key and without changing it. @throws Failure usage for an invalid address */
  readonly inspect: (address: string, io: Pick<Io, 'clock' | 'env'>) => Promise<Inspected>;
  /** Creates the tables. */
  readonly sql: string;
}
