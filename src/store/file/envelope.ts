import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { DataKey } from '../keys/data-key.ts';

/**
 * How the store stands on the disk: a header, one line of JSON, then the index, then a record for each profile, to the end
 * of the file.
 *
 *     {"app":"ottokit-tiktok","format":1,"key":{"source":…,"id":…,"kdf"?:…},"index":BYTES,"iv":…,"tag":…}
 *
 * Index and records are each encrypted by themselves, so that a list of profiles is shown without decrypting a secret, a
 * token printed without decrypting another shop's, and a profile changed without touching the others. Each is AES-256-GCM
 * under a new random 96-bit IV at every write of it (NIST SP 800-38D, 8.2.2). Everything in the header up to `iv` is
 * authenticated with the index. The index holds size and tag of every record, so none can be left out, repeated, or
 * replaced by an older one of its own; and each record is authenticated with the name of its profile. No byte can be
 * changed that is not noticed when the part is read that it belongs to. That an older file of the same store is put back
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

/** What stands before the records. */
export interface Head {
  readonly key: KeyHeader;
  readonly iv: Buffer;
  readonly tag: Buffer;
  /** Encrypted. */
  readonly index: Buffer;
  /** Bytes from the beginning of the file to the first record. */
  readonly size: number;
}

/** `damaged` is also what has only the beginning of a head. */
export type ParsedHead =
  | { readonly state: 'sealed'; readonly head: Head }
  | { readonly state: 'newer'; readonly format: number }
  | { readonly state: 'damaged' };

/** One profile, encrypted. */
export interface SealedRecord {
  /** The IV, then the ciphertext. */
  readonly bytes: Buffer;
  /** Base64 of 16 bytes. */
  readonly tag: string;
}

const appName = 'ottokit-tiktok';
const lineEnd = 0x0a;
const ivLength = 12;

const twelveBytes = '[A-Za-z0-9+/]{16}';
/** Of the last letter two bits count; another letter with the same ones would be another way to write the same bytes. */
const sixteenBytes = '[A-Za-z0-9+/]{21}[AQgw]==';
const keyId = '[0-9a-f]{32}';
const passphraseForm = `"source":"passphrase","id":"(${keyId})","kdf":{"name":"scrypt","N":131072,"r":8,"p":1,"salt":"(${sixteenBytes})"}`;
const keptForm = `"source":"(keychain|key-file)","id":"(${keyId})"`;
/** Only what this program itself would have written is taken, to the byte. */
const headerForm = new RegExp(
  `^{"app":"${appName}","format":${String(format)},"key":{(?:${passphraseForm}|${keptForm})},` +
    `"index":([1-9]\\d{0,7}),"iv":"(${twelveBytes})","tag":"(${sixteenBytes})"}$`,
);

/** How many bytes of a store file its head takes, told from its beginning; 0 when that is none. */
export function headSize(bytes: Buffer): number {
  const end = bytes.indexOf(lineEnd);
  const indexSize = headerForm.exec(bytes.toString('latin1', 0, Math.max(end, 0)))?.[5];
  return indexSize === undefined ? 0 : end + 1 + Number(indexSize);
}

/** Reads what a store file begins with. */
export function parseHead(bytes: Buffer): ParsedHead {
  const end = bytes.indexOf(lineEnd);
  if (end === -1) return otherForm(bytes.toString('latin1'));
  const header = bytes.toString('latin1', 0, end);
  const found = headerForm.exec(header);
  if (found === null) return otherForm(header);
  const [, passphraseId, salt, source, id, indexSize, iv = '', tag = ''] = found;
  const size = end + 1 + Number(indexSize);
  if (bytes.length < size) return { state: 'damaged' };
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
    head: {
      key,
      iv: Buffer.from(iv, 'base64'),
      tag: Buffer.from(tag, 'base64'),
      index: bytes.subarray(end + 1, size),
      size,
    },
  };
}

/** The first two fields stand in every format that will ever be. */
function otherForm(header: string): ParsedHead {
  const value = parseJson(header);
  const isNewer =
    value?.app === appName &&
    typeof value.format === 'number' &&
    Number.isSafeInteger(value.format) &&
    value.format > format;
  return isNewer ? { state: 'newer', format: value.format } : { state: 'damaged' };
}

/** The header and the encrypted index; the records come after it as they are. */
export function sealIndex(index: string, header: KeyHeader, key: DataKey): Buffer {
  const size = Buffer.byteLength(index);
  const { iv, data, tag } = encrypt(index, indexContext(header, size), key);
  const fields = { ...headerFields(header), index: size, iv: iv.toString('base64'), tag: tag.toString('base64') };
  return Buffer.concat([Buffer.from(`${JSON.stringify(fields)}\n`), data]);
}

/** The index; `null` when the key is another one or a byte was changed. */
export function openIndex({ key: header, iv, tag, index }: Head, key: DataKey): string | null {
  return decrypt({ iv, tag, data: index }, indexContext(header, index.length), key);
}

/** Encrypts the profile of this name. */
export function sealRecord(profile: string, name: string, header: KeyHeader, key: DataKey): SealedRecord {
  const { iv, data, tag } = encrypt(profile, recordContext(header, name), key);
  return { bytes: Buffer.concat([iv, data]), tag: tag.toString('base64') };
}

/** The profile of this name; `null` when the record is another one or a byte was changed. */
export function openRecord({ bytes, tag }: SealedRecord, name: string, header: KeyHeader, key: DataKey): string | null {
  const sealed = {
    iv: bytes.subarray(0, ivLength),
    data: bytes.subarray(ivLength),
    tag: Buffer.from(tag, 'base64'),
  };
  return decrypt(sealed, recordContext(header, name), key);
}

interface Sealed {
  readonly iv: Buffer;
  readonly data: Buffer;
  readonly tag: Buffer;
}

function encrypt(plaintext: string, context: object, { material }: DataKey): Sealed {
  const iv = randomBytes(ivLength);
  const cipher = createCipheriv('aes-256-gcm', material, iv, { authTagLength: 16 });
  cipher.setAAD(Buffer.from(JSON.stringify(context)));
  const data = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
  return { iv, data, tag: cipher.getAuthTag() };
}

function decrypt({ iv, data, tag }: Sealed, context: object, { material }: DataKey): string | null {
  const decipher = createDecipheriv('aes-256-gcm', material, iv, { authTagLength: 16 });
  decipher.setAAD(Buffer.from(JSON.stringify(context)));
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

/** What the index is authenticated with. */
const indexContext = (header: KeyHeader, index: number): object => ({ ...headerFields(header), index });

/** What a record is authenticated with: unlike the index, the name of its profile, and not how many others there are. */
const recordContext = (header: KeyHeader, profile: string): object => ({ ...headerFields(header), profile });

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
