import { keyOf } from './key-sequences.ts';

const endMark = '\u001b[201~';
const control = /[\u0003\u0004\u001a\u001c]|\u001b\[([\d;:]+)([u~])/gu;

/**
 * Where a paste ends in these bytes, and the length of the mark that ends it. A control key ends it too: it must work
 * even if the mark never comes. `null` when neither is there yet.
 */
export function endOfPaste(bytes: string): { readonly at: number; readonly markLength: number } | null {
  const at = bytes.indexOf(endMark);
  if (at !== -1) return { at, markLength: endMark.length };
  const key = Array.from(bytes.matchAll(control)).find(
    ([, parameters, final = '']) =>
      parameters === undefined || /^[\u0003\u0004\u001a\u001c]$/u.test(keyOf(parameters, final)),
  );
  return key === undefined ? null : { at: key.index, markLength: 0 };
}

/**
 * The text of a paste. New lines at its ends are dropped and those inside it, like all controls, become spaces: no part
 * of it submits a question or lands in the next.
 */
export function pastedText(bytes: string): string {
  const text = Buffer.from(bytes, 'latin1').toString();
  return text.replace(/^[\r\n]+|[\r\n]+$/gu, '').replace(/\r\n|[\p{Cc}\u2028\u2029]/gu, ' ');
}
