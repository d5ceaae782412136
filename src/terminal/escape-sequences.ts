import { keyOf } from './key-sequences.ts';

/** A key, sequence or paste, and its length in bytes. `text` is empty for a report or a key that no question uses. */
export interface Token {
  readonly length: number;
  readonly text: string;
  readonly isPaste?: boolean;
}

/** A pattern, and how its groups become a key, if any. Each character is a byte: mouse reports may not be UTF-8. */
type Rule = readonly [form: RegExp, key?: (...groups: readonly string[]) => string];

const whole: readonly Rule[] = [
  // Alt-[ and then typed text; only rxvt sends this for a key. Drops Alt-[, because node:readline would misread it.
  [/^\u001b\[(?![A-Z0-?[]|$)/u],
  [
    /^\u001b\[(?!M)(\[?[0-?]*)([ -/]*)([@-Z\\-~])/u,
    (parameters = '', intermediates, final = '') => (intermediates === '' ? keyOf(parameters, final) : ''),
  ],
  // Mode 1005 sends large mouse coordinates as UTF-8, mode 1000 as bytes.
  [/^\u001b\[M(?:[\u00c2-\u00df][\u0080-\u00bf]|[^\u0003\u001a-\u001c]){3}/u],
  // A control string (ECMA-48 §5.6).
  [/^\u001b[\]PX^_][ -~\u0080-\u00ff]*?(?:\u0007|\u001b\\|\u00c2\u009c)/u],
  // SS3: a keypad key, an arrow, Home or End in application mode. No question uses PF1 to PF4.
  [/^\u001bO([IMj-y])/u, (key = '') => String.fromCharCode(key.charCodeAt(0) - 64)],
  [/^\u001bO([ A-FHP-SXa-d])/u, (final = '') => keyOf('', final)],
];

/** Sequences that may still be arriving. A longer control sequence counts as broken off. */
const begun =
  /^\u001b(?:\[\[?[0-?]{0,61}[ -/]*|\[M[^\u0003\u001a-\u001c]{0,2}|[\]PX^_][ -~\u0080-\u00ff]*\u001b?|O)?$/u;

/** Alt with a key such as `]`. It looks like the start of a control string, so exclude those that terminals send. */
const altOrString: Rule = [/^\u001b(?!\]\d+;|P[\d;]*[!$+>=|]|_G)([\]PX^_])/u, (key = '') => `\u001b${key}`];

const brokenOff: readonly Rule[] = [
  [/^\u001b\[(?:M[^\u0003\u001a-\u001c]{0,2}|\[?[0-?]*[ -/]*)/u],
  altOrString,
  [/^\u001b[\]PX^_][ -~\u0080-\u00ff]*/u],
  // Alt with any other key. Drops Alt-O, because node:readline would take the text after it as part of the key.
  [/^\u001b([ -\u007f])/u, (key = '') => (key === 'O' ? '' : `\u001b${key}`)],
  // No question uses Escape alone.
  [/^\u001b/u],
];

/** In bytes. The rest is dropped, because drawing it could take a minute. */
export const pasteLimit = 65_000;
const pasteBegin = '\u001b[200~';
const pasteEnd = '\u001b[201~';
const keyInPaste = /[\u0003\u0004\u001a\u001c]|\u001b\[([\d;:]+)([u~])/gu;

/** Reads input that begins with Escape. Returns `null` if more bytes must arrive first. */
export function readEscape(bytes: string): Token | null {
  if (beginsPaste(bytes)) return readPaste(bytes);
  return readBy(whole, bytes) ?? (begun.test(bytes) ? null : readBy(brokenOff, bytes));
}

export function giveUpOn(bytes: string): Token {
  if (beginsPaste(bytes)) return pasteOf(bytes, bytes.length, 0);
  return readBy([altOrString], bytes) ?? { length: bytes.length, text: '' };
}

export const beginsPaste = (bytes: string): boolean => bytes.startsWith(pasteBegin);
/** Whether this may be Alt with a key, and typed text. The text must appear even if the user never stops typing. */
export const isAmbiguous = (bytes: string): boolean => altOrString[0].test(bytes);

function readBy(rules: readonly Rule[], bytes: string): Token | null {
  for (const [form, key = () => ''] of rules) {
    const [read, ...groups] = form.exec(bytes) ?? [];
    if (read !== undefined) return { length: read.length, text: key(...groups) };
  }
  return null;
}

/** A paste ends at its end marker or, until that arrives, at a control key, which must work even without the marker. */
function readPaste(bytes: string): Token | null {
  const end = bytes.indexOf(pasteEnd);
  if (end !== -1) return pasteOf(bytes, end, pasteEnd.length);
  const key = Array.from(bytes.matchAll(keyInPaste)).find(
    ([, parameters, final = '']) =>
      parameters === undefined || /^[\u0003\u0004\u001a\u001c]$/u.test(keyOf(parameters, final)),
  );
  return key === undefined ? null : pasteOf(bytes, key.index, 0);
}

/** Trims line breaks, and turns control characters and other line breaks into spaces, so that none acts as a key. */
function pasteOf(bytes: string, end: number, markLength: number): Token {
  const text = Buffer.from(bytes.slice(pasteBegin.length, Math.min(end, pasteLimit)), 'latin1').toString();
  const line = text.replace(/^[\r\n]+|(?<![\r\n])[\r\n]+$/gu, '').replace(/\r\n|[\p{Cc}\u2028\u2029]/gu, ' ');
  return { length: end + markLength, text: line, isPaste: true };
}
