import { attempt } from './attempt.ts';

/**
 * Decodes the text of a file, stdin or a response: from UTF-16 in either byte order, as PowerShell's `>` writes it,
 * otherwise from `charset`, or from UTF-8 if that is unknown. Removes a byte-order mark. Without one, recognizes UTF-16
 * by a zero byte in the first character, which must be ASCII.
 */
export const decodeText = (bytes: Uint8Array, charset = 'utf-8'): string =>
  attempt(() => new TextDecoder(utf16Of(bytes) ?? charset), new TextDecoder()).decode(bytes);

function utf16Of([first, second]: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first !== 0 && second === 0) return 'utf-16le';
  return first === 0 && second !== undefined && second !== 0 ? 'utf-16be' : undefined;
}
