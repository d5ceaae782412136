import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

/**
 * The text of a body. Some servers compress although we don't ask for it, so it is decompressed according to
 * `content-encoding`. It is then decoded by its byte-order mark or charset, otherwise as UTF-8. Bytes that can't be
 * decoded become U+FFFD.
 * @throws RangeError if it decompresses to more than `most` bytes
 */
export function readBody(bytes: Buffer, headers: Readonly<Record<string, string>>, most: number): string {
  const encodings = (headers['content-encoding'] ?? '').toLowerCase().split(/[\s,]+/u);
  const plain = encodings.reduceRight((encoded, name) => decompress(encoded, name, most), bytes);
  return decoderFor(plain, headers['content-type'] ?? '').decode(plain);
}

const decoders: Readonly<Record<string, readonly (typeof inflateSync)[]>> = {
  // Some servers omit the zlib wrapper that RFC 9110 section 8.4.1.2 requires.
  deflate: [inflateSync, inflateRawSync],
  br: [brotliDecompressSync],
};

/** Recognizes gzip by its first bytes. Returns a body that doesn't match its header unchanged: it may be plain text. */
function decompress(bytes: Buffer, name: string, most: number): Buffer {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  for (const decode of isGzip ? [gunzipSync] : (decoders[name] ?? [])) {
    try {
      return decode(bytes, { maxOutputLength: most });
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
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}
