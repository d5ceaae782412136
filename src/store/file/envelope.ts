import { parseJson } from '../../ground/parse-json.ts';
import { seal, unseal, type Sealed } from '../cipher.ts';
import type { DataKey, KdfHeader } from '../keys/data-key.ts';

/**
 * The format of the store file: a header, which is one line of JSON, then the encrypted profiles, which are also JSON.
 *
 * {"app":"ottokit-tiktok","format":2,"key":{"source":…,"id":…,"kdf"?:…},"iv":…,"tag":…}
 *
 * Everything before `iv` is authenticated, so any changed byte is detected. An older copy of the file isn't detected,
 * because nothing outside the file records which copy is the latest.
 */
export const format = 2;

export type KeyHeader =
  | { readonly source: 'passphrase'; readonly id: string; readonly kdf: KdfHeader }
  | { readonly source: 'keychain' | 'key-file'; readonly id: string };

export interface Envelope {
  /** `format-1.ts` reads format 1. */
  readonly format: 1 | typeof format;
  readonly key: KeyHeader;
  /** Only in format 1: the size of the encrypted index, in bytes. */
  readonly index?: number;
  readonly sealed: Sealed;
}

/** The header's JSON, with IV and tag in Base64. */
type Header = Omit<Envelope, 'sealed'> & Readonly<Record<'iv' | 'tag', string>>;

/** `older`, `newer`: written by another version of this program, in a format that this version can't read. */
type ParsedFile =
  | { readonly state: 'sealed'; readonly envelope: Envelope }
  | { readonly state: 'older' | 'newer'; readonly format: number }
  | { readonly state: 'damaged' };

const appName = 'ottokit-tiktok';

/** Matches 16 bytes in Base64. Only two bits of the last character count, so others decode to the same bytes. */
const sixteenBytes = '[A-Za-z0-9+/]{21}[AQgw]==';
const keyId = '[0-9a-f]{32}';
const kdfPattern = `{"name":"scrypt","N":131072,"r":8,"p":1,"salt":"${sixteenBytes}"}`;
const keyPattern = `"key":{(?:"source":"passphrase","id":"${keyId}","kdf":${kdfPattern}|"source":"(?:keychain|key-file)","id":"${keyId}")}`;
/** Accepts exactly what this program writes, byte for byte. Only format 1 has an index. */
const headerPattern = new RegExp(
  `^{"app":"${appName}","format":(?:1,${keyPattern},"index":[1-9]\\d{0,7}|${String(format)},${keyPattern}),` +
    `"iv":"[A-Za-z0-9+/]{16}","tag":"${sixteenBytes}"}$`,
);

/** Parses the store file without decrypting it. */
export function parseFile(bytes: Buffer): ParsedFile {
  const end = bytes.indexOf('\n');
  const header = bytes.toString('latin1', 0, end === -1 ? bytes.length : end);
  const data = bytes.subarray(end + 1);
  if (end === -1 || data.length === 0 || !headerPattern.test(header)) return parseOtherHeader(header);
  const { iv, tag, ...fields } = JSON.parse(header) as Header;
  const sealed = { iv: Buffer.from(iv, 'base64'), tag: Buffer.from(tag, 'base64'), data };
  return { state: 'sealed', envelope: { ...fields, sealed } };
}

/** In every past and future format, the first line is JSON with `app` and `format`. */
function parseOtherHeader(header: string): ParsedFile {
  const { app, format: found } = Object(parseJson(header)) as { readonly app?: unknown; readonly format?: number };
  if (app !== appName || !Number.isSafeInteger(found) || found === undefined || found === format)
    return { state: 'damaged' };
  return { state: found > format ? 'newer' : 'older', format: found };
}

/** Encrypts the profiles, given as JSON, and returns the new contents of the store file. */
export function sealFile(json: string, header: KeyHeader, key: DataKey): Buffer {
  const authenticated = headerFields(format, header);
  const { iv, tag, data } = seal(json, authenticated, key);
  const fields = { ...authenticated, iv: iv.toString('base64'), tag: tag.toString('base64') };
  return Buffer.concat([Buffer.from(`${JSON.stringify(fields)}\n`), data]);
}

/** Decrypts a file in the current format. Returns `null` if the key is wrong or a byte was changed. */
export const openEnvelope = ({ sealed, key: header }: Pick<Envelope, 'sealed' | 'key'>, key: DataKey): string | null =>
  unseal(sealed, headerFields(format, header), key);

/** Returns the authenticated fields, in their order in the header. */
export const headerFields = (written: Envelope['format'], key: KeyHeader): object => ({
  app: appName,
  format: written,
  key,
});
