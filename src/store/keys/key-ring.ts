import type { KeyHeader } from '../file/envelope.ts';
import type { NewKeyPlace } from '../store.ts';
import { forgetKey, makeKey, makeKeyIn, openKey, type KeyGround, type StoreKey } from './store-key.ts';

/** The keys that one process holds: a passphrase is asked for, and derived from, once. */
export interface KeyRing {
  /** Of the file as last seen; `null` when there was none. */
  readonly known: StoreKey | null;
  /** Made for a file that is yet to be written. */
  readonly prepared: StoreKey | null;
  /** The key of a file with this header. @throws Failure as `openKey` */
  open(header: KeyHeader): Promise<StoreKey>;
  /** Notes that there is no file. */
  noFile(): void;
  /** Makes the key of a new file, once. @throws as `makeKey` */
  prepare(): Promise<StoreKey>;
  /** The key to write with; one that was prepared is dropped when another process has made the file meanwhile. */
  toWrite(ofFile: StoreKey | null): Promise<StoreKey>;
  /** Makes a key that is to take the place of the file's. @throws as `makeKeyIn` */
  makeIn(place: NewKeyPlace): Promise<StoreKey>;
  /** Removes a key that no file needs; why that failed, or `null`. */
  drop(storeKey: StoreKey): Promise<string | null>;
  /** Notes that the file was written with this key. */
  wrote(storeKey: StoreKey): void;
  /** Removes the key of a file that was removed; why that failed, or `null`. */
  forget(storeKey: StoreKey): Promise<string | null>;
}

export function createKeyRing(ground: KeyGround): KeyRing {
  let known: StoreKey | null = null;
  let prepared: StoreKey | null = null;
  const prepare = async (): Promise<StoreKey> => (prepared ??= await makeKey(ground));
  return {
    get known() {
      return known;
    },
    get prepared() {
      return prepared;
    },
    async open(header) {
      if (known === null || !sameHeader(known.header, header)) known = await openKey(ground, header);
      return known;
    },
    noFile() {
      known = null;
    },
    prepare,
    async toWrite(ofFile) {
      if (ofFile === null) return await prepare();
      if (prepared !== null) await forgetKey(ground, prepared.header);
      prepared = null;
      return ofFile;
    },
    makeIn: (place) => makeKeyIn(ground, place),
    drop: ({ header }) => forgetKey(ground, header),
    wrote(storeKey) {
      known = storeKey;
      prepared = null;
    },
    async forget(storeKey) {
      known = null;
      prepared = null;
      return await forgetKey(ground, storeKey.header);
    },
  };
}

const sameHeader = (a: KeyHeader, b: KeyHeader): boolean => JSON.stringify(a) === JSON.stringify(b);
