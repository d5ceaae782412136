import { attempt } from './attempt.ts';

/**
 * Decodes text and removes its byte-order mark. Recognizes UTF-16, which Windows PowerShell's `>` writes, by its mark
 * or by a zero byte in the first character. All other text is in `charset`, or in UTF-8 if we don't know that charset.
 */
export const decodeText = (bytes: Uint8Array, charset = 'utf-8'): string =>
  attempt(() => new TextDecoder(utf16Of(bytes) ?? charset), new TextDecoder()).decode(bytes);

function utf16Of([first, second]: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first !== 0 && second === 0) return 'utf-16le';
  return first === 0 && second !== undefined && second !== 0 ? 'utf-16be' : undefined;
}
