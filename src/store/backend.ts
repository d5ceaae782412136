import type { Io } from '../ground/io.ts';
import type { Store, StoreSettings } from './store.ts';

/** One thing that `doctor` says about a store, in words. */
export interface StoreFinding {
  readonly status: 'pass' | 'warn' | 'fail';
  readonly detail: string;
  readonly fix?: string;
}

/** A place for profiles other than the file. Each imports its code in its functions, so only its users load it. */
export interface Backend {
  /** Whether `OTTOKIT_TIKTOK_STORE`, or the target of `store move`, is an address of this kind. */
  readonly isAddress: (text: string) => boolean;
  /** An address, for help and errors. */
  readonly example: string;
  /** @throws Failure as `openStore`; none may quote the address, which may hold a password */
  readonly open: (address: string, settings: StoreSettings) => Promise<Store>;
  /**
   * Looks at the store without its key, and changes nothing. `location` is for messages; `keyId` names the key file that
   * this computer may keep.
   * @throws Failure usage
   */
  readonly inspect: (
    address: string,
    io: Pick<Io, 'clock'>,
  ) => Promise<{ readonly location: string; readonly keyId?: string; readonly findings: readonly StoreFinding[] }>;
  /** What `store sql` prints; absent if there are no tables. */
  readonly sql?: () => Promise<string>;
}
