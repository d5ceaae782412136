import { given, type Env } from '../../ground/env.ts';
import { randomBytes, scrypt } from 'node:crypto';
import { Secret } from '../../ground/secret.ts';
import { kdfWith, type KdfHeader } from '../file/envelope.ts';
import { dataKeyOf, type DataKey } from './data-key.ts';

/** Twice what scrypt needs at this cost (128 · N · r bytes, RFC 7914 section 2); Node's own limit is 32 MiB. */
const memory = 256 * 1_048_576;

/** The passphrase in `OTTOKIT_TIKTOK_PASSPHRASE`; an empty one counts as none. */
export function passphraseFrom(env: Env): Secret | null {
  const passphrase = given(env, 'OTTOKIT_TIKTOK_PASSPHRASE');
  return passphrase === undefined ? null : new Secret(passphrase);
}

/** The passphrase part of a new store's header. */
export const newKdf = (): KdfHeader => kdfWith(randomBytes(16).toString('base64'));

/**
 * Derives the key from a passphrase, which takes about half a second and 128 MiB. The passphrase is normalized to NFC
 * first, because two systems may encode the same letter as different code points.
 */
export function keyFromPassphrase(passphrase: Secret, { salt, N, r, p }: KdfHeader): Promise<DataKey> {
  return new Promise((resolve, reject) => {
    const text = passphrase.reveal().normalize('NFC');
    scrypt(text, Buffer.from(salt, 'base64'), 32, { N, r, p, maxmem: memory }, (error, bytes) => {
      if (error === null) resolve(dataKeyOf(bytes));
      else reject(error);
    });
  });
}
