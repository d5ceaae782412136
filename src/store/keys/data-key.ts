import { createHash, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { Secret } from '../../ground/secret.ts';

/** The 32 bytes that encrypt the store, in a form that can't be printed, and their id. */
export interface DataKey {
  /** 32 hex digits of a hash of the key; distinguishes a wrong key from a damaged file. */
  readonly id: string;
  readonly material: KeyObject;
}

export function newDataKey(): DataKey {
  return dataKeyOf(randomBytes(32));
}

export function dataKeyOf(bytes: Buffer): DataKey {
  const id = createHash('sha256').update('ottokit-tiktok data key id\0').update(bytes).digest('hex').slice(0, 32);
  return { id, material: createSecretKey(bytes) };
}

/** 64 hex digits, as kept in a key file and in the keychain. */
export function toHex(key: DataKey): Secret {
  return new Secret(key.material.export().toString('hex'));
}

/** `null` if the text isn't 64 hex digits. */
export function fromHex(text: Secret): DataKey | null {
  const hex = text.reveal();
  return /^[0-9a-f]{64}$/.test(hex) ? dataKeyOf(Buffer.from(hex, 'hex')) : null;
}
