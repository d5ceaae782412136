import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { attempt } from '../ground/attempt.ts';

/**
 * Decompresses and decodes a body. Some servers compress even though we don't ask them to. Text without a byte-order
 * mark or charset is read as UTF-8. Bytes that can't be decoded become U+FFFD.
 * @throws RangeError if the decompressed body is larger than `maxBytes`
 */
export function readBody(bytes: Buffer, headers: Readonly<Record<string, string>>, maxBytes: number): string {
  const encodings = (headers['content-encoding'] ?? '').toLowerCase().split(/[\s,]+/u);
  const plain = encodings.reduceRight((encoded, name) => decompress(encoded, name, maxBytes), bytes);
  return decoderFor(plain, headers['content-type'] ?? '').decode(plain);
}

const decoders: Readonly<Record<string, readonly (typeof inflateSync)[]>> = {
  // Some servers omit the zlib wrapper that RFC 9110 section 8.4.1.2 requires.
  deflate: [inflateSync, inflateRawSync],
  br: [brotliDecompressSync],
};

/** Returns the body unchanged if it doesn't match its header, because it may be plain text. */
function decompress(bytes: Buffer, name: string, maxBytes: number): Buffer {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  for (const decode of isGzip ? [gunzipSync] : (decoders[name] ?? [])) {
    try {
      return decode(bytes, { maxOutputLength: maxBytes });
    } catch (thrown) {
      if (thrown instanceof RangeError) throw thrown;
    }
  }
  return bytes;
}

function decoderFor(bytes: Buffer, contentType: string): InstanceType<typeof TextDecoder> {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be');
  const charset = /;\s*charset\s*=\s*"?([\w.:-]+)/iu.exec(contentType)?.[1] ?? 'utf-8';
  return attempt(() => new TextDecoder(charset), new TextDecoder());
}
