import type { Failure } from '../ground/errors.ts';
import type { Io } from '../ground/io.ts';
import type { Store, OpenSettings } from './store.ts';

/** One line of `doctor` about a store. `fix` says what to run or where to click. */
export type StoreFinding =
  | { readonly status: 'pass'; readonly detail: string }
  | { readonly status: 'warn' | 'fail'; readonly detail: string; readonly fix: string };

/** What `doctor` can find out about a store other than the file. */
export interface Inspected {
  /** For messages. */
  readonly location: string;
  /** The id of the store's key, which names its key file on this computer. */
  readonly keyId?: string;
  readonly findings: readonly StoreFinding[];
  /** Why the store can't be used at all. */
  readonly failure?: Failure;
}

/** A kind of store other than the file. */
export interface Backend {
  /** Whether `OTTOKIT_TIKTOK_STORE`, or the target of `store move`, is an address of this kind. */
  readonly isAddress: (text: string) => boolean;
  /** An address, for help and errors. */
  readonly example: string;
  /** Imports its code, so that only its users load it. */
  readonly load: () => Promise<BackendCode>;
}

export interface BackendCode {
  /** @throws Failure as `openStore`. Must not quote the address, which may contain a password. */
  readonly open: (address: string, settings: OpenSettings) => Promise<Store>;
  /** Looks at the store without its key, within a few seconds, and changes nothing. @throws Failure usage */
  readonly inspect: (address: string, io: Pick<Io, 'clock' | 'env'>) => Promise<Inspected>;
  /** The statements that create its tables: what `store sql` prints. */
  readonly sql: string;
}
