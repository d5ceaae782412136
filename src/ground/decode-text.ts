/**
 * Decodes the text of a file or of stdin: UTF-8, or UTF-16 in either byte order, as PowerShell's `>` writes it. Removes
 * a byte-order mark. Without one, recognizes UTF-16 by the zero byte in each ASCII letter.
 */
export const decodeText = (bytes: Uint8Array): string => new TextDecoder(encodingOf(bytes)).decode(bytes);

function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first !== 0 && second === 0) return 'utf-16le';
  return first === 0 && second !== undefined && second !== 0 ? 'utf-16be' : 'utf-8';
}
