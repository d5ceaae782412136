import { fail } from '../../ground/errors.ts';
import type { Secret } from '../../ground/secret.ts';
import { reserveSpace } from '../file/durable-write.ts';
import type { KeyHeader } from '../file/envelope.ts';
import type { NewKeyPlace } from '../store.ts';
import { kdfWith, keyFromPassphrase, newDataKey, passphraseFrom, toHex, type DataKey } from './data-key.ts';
import { writeKeyFile } from './key-file.ts';
import { forgetKey, openKey, type KeyContext, type StoreKey } from './store-key.ts';

/** Remembers this process's keys, so that a passphrase is asked for and derived only once. */
export class KeyRing {
  /** The file's key when last read; `null` if there was none. */
  known: StoreKey | null = null;
  /** A new key for a file that doesn't exist yet. */
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

  /** Makes the key of a new file, once. @throws Failure keychain-failed, KeyFileProblem, or the system's error */
  async prepare(): Promise<StoreKey> {
    if (this.prepared !== null) return this.prepared;
    // Checks that the store can be written, because otherwise each failed attempt would leave a key behind.
    const free = await reserveSpace(this.#context.path, 65_536);
    await free();
    return (this.prepared = await newKey(this.#context));
  }

  /** The key to write with. Drops a prepared one if another process has created the file meanwhile. */
  async toWrite(ofFile: StoreKey | null): Promise<StoreKey> {
    if (ofFile === null) return await this.prepare();
    await this.drop(this.prepared);
    return ofFile;
  }

  /** Creates a new key in this place and reads it back. @throws KeyFileProblem, and as `openKey` */
  async makeIn(place: NewKeyPlace): Promise<StoreKey> {
    if (place.to === 'passphrase') return await ofPassphrase(place.passphrase);
    const key = newDataKey();
    const header = { source: place.to, id: key.id };
    try {
      if (place.to === 'key-file') await writeKeyFile(this.#context.keysDirectory, key);
      else await keepInKeychain(this.#context, key);
      return await openKey(this.#context, header);
    } catch (error) {
      await forgetKey(this.#context, header);
      throw error;
    }
  }

  /** Removes a key that no file needs anymore. Returns the reason if that failed. */
  async drop(unused: StoreKey | null): Promise<string | undefined> {
    if (unused === null) return undefined;
    if (this.known?.header.id === unused.header.id) this.known = null;
    if (this.prepared?.header.id === unused.header.id) this.prepared = null;
    return await forgetKey(this.#context, unused.header);
  }

  /** Records that the file was written with this key. */
  wrote(storeKey: StoreKey): void {
    this.known = storeKey;
    this.prepared = null;
  }
}

/**
 * Uses the environment's passphrase, else the keychain, else asks for a passphrase, else creates a key file. If there
 * is a keychain but it fails, that is an error, because a key file would be weaker.
 */
async function newKey({ env, keychain, path, keysDirectory, askPassphrase }: KeyContext): Promise<StoreKey> {
  const given = passphraseFrom(env);
  if (given !== null) return await ofPassphrase(given);
  const key = newDataKey();
  const answer = await keychain.write(key.id, toHex(key));
  if (answer.outcome === 'stored') return { key, header: { source: 'keychain', id: key.id } };
  if (answer.outcome !== 'none') throw fail('keychain-failed', { path, detail: answer.detail, making: true });
  const chosen = await askPassphrase?.('new');
  if (chosen !== undefined && chosen.reveal() !== '') return await ofPassphrase(chosen);
  await writeKeyFile(keysDirectory, key);
  return { key, header: { source: 'key-file', id: key.id } };
}

async function ofPassphrase(passphrase: Secret): Promise<StoreKey> {
  const kdf = kdfWith();
  const key = await keyFromPassphrase(passphrase, kdf);
  return { key, header: { source: 'passphrase', id: key.id, kdf } };
}

/** @throws Failure keychain-failed */
export async function keepInKeychain({ path, keychain }: KeyContext, key: DataKey): Promise<void> {
  const answer = await keychain.write(key.id, toHex(key));
  if (answer.outcome !== 'stored') throw fail('keychain-failed', { path, detail: answer.detail, moving: true });
}
