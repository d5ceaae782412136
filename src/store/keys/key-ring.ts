import type { KeyHeader } from '../file/envelope.ts';
import type { NewKeyPlace } from '../store.ts';
import { forgetKey, makeKey, makeKeyIn, openKey, type KeyContext, type StoreKey } from './store-key.ts';

/** The keys that one process holds: a passphrase is asked for, and derived from, once. */
export class KeyRing {
  /** The key of the file as last seen; `null` if there was none. */
  known: StoreKey | null = null;
  /** A key made for a file that isn't written yet. */
  prepared: StoreKey | null = null;
  readonly #context: KeyContext;

  constructor(context: KeyContext) {
    this.#context = context;
  }

  /** The key of a file with this header. @throws Failure as `openKey` */
  async open(header: KeyHeader): Promise<StoreKey> {
    if (this.known !== null && JSON.stringify(this.known.header) === JSON.stringify(header)) return this.known;
    return (this.known = await openKey(this.#context, header));
  }

  /** Makes the key of a new file, once. @throws as `makeKey` */
  async prepare(): Promise<StoreKey> {
    return (this.prepared ??= await makeKey(this.#context));
  }

  /** The key to write with. A prepared one is dropped if another process has made the file meanwhile. */
  async toWrite(ofFile: StoreKey | null): Promise<StoreKey> {
    if (ofFile === null) return await this.prepare();
    if (this.prepared !== null) await this.drop(this.prepared);
    return ofFile;
  }

  /** Makes a key to replace the file's. @throws as `makeKeyIn` */
  makeIn(place: NewKeyPlace): Promise<StoreKey> {
    return makeKeyIn(this.#context, place);
  }

  /** Removes a key that no file needs any more. Returns why that failed. */
  async drop({ header }: StoreKey): Promise<string | undefined> {
    if (this.known?.header.id === header.id) this.known = null;
    if (this.prepared?.header.id === header.id) this.prepared = null;
    return await forgetKey(this.#context, header);
  }

  /** Notes that the file was written with this key. */
  wrote(storeKey: StoreKey): void {
    this.known = storeKey;
    this.prepared = null;
  }
}
