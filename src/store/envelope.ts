import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { DataKey } from './keys/data-key.ts';

/**
 * How the store stands on the disk: a header, one line of JSON, and the ciphertext after it to the end of the file.
 *
 *     {"app":"ottokit-tiktok","format":1,"key":{"source":…,"id":…,"kdf"?:…},"iv":…,"tag":…}
 *
 * The ciphertext is AES-256-GCM under a new random 96-bit IV at every write (NIST SP 800-38D, 8.2.2), and everything up
 * to `iv` is authenticated with it, so no byte can be changed unnoticed. It is not put into the JSON: of the time that
 * reading 500 profiles took, writing it as base64 and back was a third. That an older file of the same store is put back
 * is not noticed: the file carries all that the program knows, so nothing is left to compare it with.
 */
export const format = 1;

export type KeyHeader =
  | { readonly source: 'passphrase'; readonly id: string; readonly kdf: KdfHeader }
  | { readonly source: 'keychain' | 'key-file'; readonly id: string };

/** The one cost that is accepted: a hostile header must not make the program burn memory or derive a cheap key. */
export interface KdfHeader {
  readonly name: 'scrypt';
  readonly N: 131_072;
  readonly r: 8;
  readonly p: 1;
  /** Base64 of 16 bytes. */
  readonly salt: string;
}

export interface Envelope {
  readonly key: KeyHeader;
  readonly iv: Buffer;
  readonly tag: Buffer;
  readonly data: Buffer;
}

export type ParsedEnvelope =
  | { readonly state: 'sealed'; readonly envelope: Envelope }
  | { readonly state: 'newer'; readonly format: number }
  | { readonly state: 'damaged' };

const appName = 'ottokit-tiktok';
const lineEnd = 0x0a;

const twelveBytes = '[A-Za-z0-9+/]{16}';
/** Of the last letter two bits count; another letter with the same ones would be another way to write the same bytes. */
const sixteenBytes = '[A-Za-z0-9+/]{21}[AQgw]==';
const keyId = '[0-9a-f]{32}';
const passphraseForm = `"source":"passphrase","id":"(${keyId})","kdf":{"name":"scrypt","N":131072,"r":8,"p":1,"salt":"(${sixteenBytes})"}`;
const keptForm = `"source":"(keychain|key-file)","id":"(${keyId})"`;
/** Only what this program itself would have written is taken, to the byte. */
const headerForm = new RegExp(
  `^{"app":"${appName}","format":${String(format)},"key":{(?:${passphraseForm}|${keptForm})},` +
    `"iv":"(${twelveBytes})","tag":"(${sixteenBytes})"}$`,
);

/** Reads the bytes of a store file. */
export function parseEnvelope(bytes: Buffer): ParsedEnvelope {
  const end = bytes.indexOf(lineEnd);
  if (end === -1) return otherForm(bytes.toString('latin1'));
  const header = bytes.toString('latin1', 0, end);
  const found = headerForm.exec(header);
  if (found === null) return otherForm(header);
  const [, passphraseId, salt, source, id, iv = '', tag = ''] = found;
  const key: KeyHeader =
    source === undefined
      ? {
          source: 'passphrase',
          id: passphraseId ?? '',
          kdf: { name: 'scrypt', N: 131_072, r: 8, p: 1, salt: salt ?? '' },
        }
      : { source: source === 'keychain' ? source : 'key-file', id: id ?? '' };
  return {
    state: 'sealed',
    envelope: {
      key,
      iv: Buffer.from(iv, 'base64'),
      tag: Buffer.from(tag, 'base64'),
      data: bytes.subarray(end + 1),
    },
  };
}

/** The first two fields stand in every format that will ever be. */
function otherForm(header: string): ParsedEnvelope {
  const value = parseJson(header);
  const isNewer =
    value?.app === appName &&
    typeof value.format === 'number' &&
    Number.isSafeInteger(value.format) &&
    value.format > format;
  return isNewer ? { state: 'newer', format: value.format } : { state: 'damaged' };
}

/** Encrypts `plaintext` under a new IV; the bytes of the store file. */
export function seal(plaintext: string, header: KeyHeader, key: DataKey): Buffer {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key.material, iv, { authTagLength: 16 });
  cipher.setAAD(authenticated(header));
  const data = [cipher.update(plaintext, 'utf8'), cipher.final()];
  const fields = { ...headerFields(header), iv: iv.toString('base64'), tag: cipher.getAuthTag().toString('base64') };
  return Buffer.concat([Buffer.from(`${JSON.stringify(fields)}\n`), ...data]);
}

/** What was encrypted; `null` when the key is another one or a byte was changed. */
export function unseal({ key: header, iv, tag, data }: Envelope, key: DataKey): string | null {
  const decipher = createDecipheriv('aes-256-gcm', key.material, iv, { authTagLength: 16 });
  decipher.setAAD(authenticated(header));
  decipher.setAuthTag(tag);
  const plaintext = decipher.update(data);
  try {
    // In this mode nothing comes at the end: it is where the tag is checked.
    decipher.final();
  } catch {
    return null;
  }
  return plaintext.toString('utf8');
}

const authenticated = (header: KeyHeader): Buffer => Buffer.from(JSON.stringify(headerFields(header)));

/** In the order in which they are written and authenticated. */
function headerFields(header: KeyHeader): object {
  const { source, id } = header;
  const key = header.source === 'passphrase' ? { source, id, kdf: kdfFields(header.kdf) } : { source, id };
  return { app: appName, format, key };
}

const kdfFields = ({ name, N, r, p, salt }: KdfHeader): KdfHeader => ({ name, N, r, p, salt });

function parseJson(text: string): { readonly app?: unknown; readonly format?: unknown } | null {
  try {
    return Object(JSON.parse(text)) as object;
  } catch {
    return null;
  }
}
