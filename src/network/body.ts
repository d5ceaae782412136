import { brotliDecompressSync, constants, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { decodeText } from '../ground/decode-text.ts';

/**
 * Decompresses and decodes a body. Some servers compress even though we don't ask them to. Bytes that can't be decoded
 * become U+FFFD.
 * @throws RangeError if the decompressed body is larger than `maxBytes`
 */
export function readBody(bytes: Buffer, headers: Readonly<Record<string, string>>, maxBytes: number): string {
  const encodings = (headers['content-encoding'] ?? '').toLowerCase().split(/[\s,]+/u);
  const plain = encodings.reduceRight((encoded, name) => decompress(encoded, name, maxBytes), bytes);
  return decodeText(plain, /;\s*charset\s*=\s*"?([\w.:-]+)/iu.exec(headers['content-type'] ?? '')?.[1]);
}

const decoders: Readonly<Record<string, readonly (typeof inflateSync)[]>> = {
  // Some servers omit the zlib wrapper that RFC 9110 section 8.4.1.2 requires.
  deflate: [inflateSync, inflateRawSync],
  br: [brotliDecompressSync],
};

/** Also decompresses a body whose last bytes, such as the checksum, are missing, as browsers and curl do. */
const gunzipAll: typeof inflateSync = (bytes, options) =>
  gunzipSync(bytes, { ...options, finishFlush: constants.Z_SYNC_FLUSH });

/** Returns the body unchanged if it can't be decompressed as its header says, because it may be plain text. */
function decompress(bytes: Buffer, name: string, maxBytes: number): Buffer {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  for (const decode of isGzip ? [gunzipAll] : (decoders[name] ?? [])) {
    try {
      return decode(bytes, { maxOutputLength: maxBytes });
    } catch (thrown) {
      if (thrown instanceof RangeError) throw thrown;
    }
  }
  return bytes;
}
