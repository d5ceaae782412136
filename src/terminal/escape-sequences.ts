import { keyOf } from './key-sequences.ts';

/** What input begins with. Its `text` is empty for a report and for a key that no question uses. */
export interface Token {
  /** Bytes that it takes. */
  readonly length: number;
  readonly text: string;
  readonly isPaste?: boolean;
}

/** Texts are strings of bytes: the coordinates in a mouse report may be no UTF-8. */
const sequence = /^\u001b\[(\[?[0-?]*)([ -/]*)([@-Z\\-~])/u;
const sequenceBegun = /^\u001b\[\[?[0-?]*[ -/]*/u;
/** Anything longer is not a control sequence. */
const longestSequence = 64;
/** Mode 1005 sends large coordinates as UTF-8, mode 1000 as bytes. */
const mouse = /^\u001b\[M(?:[\u00c2-\u00df][\u0080-\u00bf]|[^\u0003\u001a-\u001c]){3}/u;
/** What SS3 can be followed by: keys of the keypad, arrows and PF1 to PF4. */
const keypadKey = /^[ A-FHIMP-SXa-dj-y]/u;
/** A string of ECMA-48 §5.6, and how far one has come whose end is missing. */
const string = /^\u001b[\]PX^_][ -~\u0080-\u00ff]*?(?:\u0007|\u001b\\|\u00c2\u009c)/u;
const stringBegun = /^\u001b[\]PX^_][ -~\u0080-\u00ff]*/u;
/** Strings that terminals send as an answer: OSC with a number, DCS with a mark, and kitty's APC. */
const answer = /^\u001b(?:\]\d+;|P[\d;]*[!$+>=|]|_G)/u;
/** Alt with one of these characters begins like something longer. */
const ambiguousAlt = /^\u001b(?:\[$|[\]PX^_O])/u;

const pasteBegin = '\u001b[200~';
const pasteEnd = '\u001b[201~';
const keyInPaste = /[\u0003\u0004\u001a\u001c]|\u001b\[([\d;:]+)([u~])/gu;

/** Reads what begins with Escape. Returns `null` when more bytes have to arrive first. */
export function readEscape(bytes: string): Token | null {
  const [, next] = bytes;
  if (next === undefined) return null;
  if (beginsPaste(bytes)) return readPaste(bytes);
  if (next === '[') return readSequence(bytes);
  if (']PX^_'.includes(next)) return readString(bytes);
  if (next === 'O') return readKeypad(bytes);
  // Escape alone is used by no question.
  return next < ' ' || next > '\u007f' ? { length: 1, text: '' } : altKey(bytes);
}

/** What input is after all when the rest that it waited for doesn't come. */
export function giveUpOn(bytes: string): Token {
  if (beginsPaste(bytes)) return pasteOf(bytes, bytes.length, 0);
  return isAmbiguous(bytes) ? altKey(bytes) : { length: bytes.length, text: '' };
}

export const beginsPaste = (bytes: string): boolean => bytes.startsWith(pasteBegin);
/** Whether this may be Alt and text, which must not wait for a pause in the typing. */
export const isAmbiguous = (bytes: string): boolean => ambiguousAlt.test(bytes) && !answer.test(bytes);

/** node:readline would take what is typed after Alt-[ and Alt-O for the rest of a key, so it never gets those. */
const altKey = (bytes: string): Token => ({ length: 2, text: /^.[[O]/u.test(bytes) ? '' : bytes.slice(0, 2) });

/** A paste ends at its mark. A control key ends it too: it must work even if the mark never comes. */
function readPaste(bytes: string): Token | null {
  const end = bytes.indexOf(pasteEnd);
  if (end !== -1) return pasteOf(bytes, end, pasteEnd.length);
  const key = Array.from(bytes.matchAll(keyInPaste)).find(
    ([, parameters, final = '']) =>
      parameters === undefined || /^[\u0003\u0004\u001a\u001c]$/u.test(keyOf(parameters, final)),
  );
  return key === undefined ? null : pasteOf(bytes, key.index, 0);
}

/** New lines at the ends of a paste are dropped and those inside it become spaces: none submits a question. */
function pasteOf(bytes: string, end: number, markLength: number): Token {
  const text = Buffer.from(bytes.slice(pasteBegin.length, end), 'latin1').toString();
  const line = text.replace(/^[\r\n]+|[\r\n]+$/gu, '').replace(/\r\n|[\p{Cc}\u2028\u2029]/gu, ' ');
  return { length: end + markLength, text: line, isPaste: true };
}

/** A string that is neither whole nor begins like an answer is Alt and what was typed after it. */
function readString(bytes: string): Token | null {
  const begun = string.exec(bytes)?.[0] ?? stringBegun.exec(bytes)?.[0] ?? '';
  if (string.test(bytes)) return { length: begun.length, text: '' };
  if (/^\u001b?$/u.test(bytes.slice(begun.length))) return null;
  return answer.test(bytes) ? { length: begun.length, text: '' } : altKey(bytes);
}

function readKeypad(bytes: string): Token | null {
  const [, , key] = bytes;
  if (key === undefined) return null;
  if (!keypadKey.test(key)) return altKey(bytes);
  return { length: 3, text: key === 'M' ? '\r' : keyOf('', key) };
}

function readSequence(bytes: string): Token | null {
  const [whole = '', parameters = '', intermediates = '', final = ''] = sequence.exec(bytes) ?? [];
  if (whole === '') {
    const begun = sequenceBegun.exec(bytes)?.[0].length ?? 0;
    if (begun === 2 && bytes.length > 2) return altKey(bytes);
    return begun < bytes.length || begun > longestSequence ? { length: begun, text: '' } : null;
  }
  // No terminal sends these, so they are Alt-[ and what was typed after it.
  if (/^\u001b\[[^A-Z0-?[]/u.test(whole)) return altKey(bytes);
  if (whole === '\u001b[M') return readMouse(bytes);
  return { length: whole.length, text: intermediates === '' ? keyOf(parameters, final) : '' };
}

function readMouse(bytes: string): Token | null {
  const report = mouse.exec(bytes)?.[0];
  if (report !== undefined) return { length: report.length, text: '' };
  const end = bytes.slice(3).search(/[\u0003\u001a-\u001c]/u);
  return end === -1 ? null : { length: 3 + end, text: '' };
}
