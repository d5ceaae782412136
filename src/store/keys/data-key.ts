import { createHash, createSecretKey, randomBytes, scrypt, type KeyObject, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';
import { given, type Env } from '../../ground/env.ts';
import { Secret } from '../../ground/secret.ts';

/** The key that encrypts the store: 32 bytes in an object that can't be printed, and its id. */
export interface DataKey {
  /** The first 32 hex digits of a hash of the key. Distinguishes a wrong key from a damaged file. */
  readonly id: string;
  readonly material: KeyObject;
}

export const newDataKey = (): DataKey => dataKeyOf(randomBytes(32));

export function dataKeyOf(bytes: Buffer): DataKey {
  const id = createHash('sha256').update('ottokit-tiktok data key id\0').update(bytes).digest('hex').slice(0, 32);
  return { id, material: createSecretKey(bytes) };
}

export const toHex = (key: DataKey): Secret => new Secret(key.material.export().toString('hex'));

export function fromHex(text: Secret): DataKey | null {
  const hex = text.reveal();
  return /^[0-9a-f]{64}$/.test(hex) ? dataKeyOf(Buffer.from(hex, 'hex')) : null;
}

/** How a key is derived from a passphrase. The store file contains the fields in this order. */
export type KdfHeader = ReturnType<typeof kdfWith>;

/** We accept only this cost, so that a manipulated header can't make us waste memory or derive a weak key. */
export const kdfWith = (salt = randomBytes(16).toString('base64')) =>
  ({ name: 'scrypt', N: 131_072, r: 8, p: 1, salt }) as const;

export function passphraseFrom(env: Env): Secret | null {
  const passphrase = given(env, 'OTTOKIT_TIKTOK_PASSPHRASE');
  return passphrase === undefined ? null : new Secret(passphrase);
}

/** Twice what scrypt needs (128 · N · r bytes, RFC 7914 section 2), because Node's limit of 32 MiB is too low. */
const maxmem = 256 * 1_048_576;

/** Takes half a second and 128 MiB. Normalizes to NFC, because systems may encode the same letter differently. */
export async function keyFromPassphrase(passphrase: Secret, { salt, N, r, p }: KdfHeader): Promise<DataKey> {
  const text = passphrase.reveal().normalize('NFC');
  return dataKeyOf(await derive(text, Buffer.from(salt, 'base64'), 32, { N, r, p, maxmem }));
}

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);
