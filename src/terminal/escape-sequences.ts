import { keyOf } from './key-sequences.ts';

/**
 * What a terminal sent after Escape: `length` bytes that are `key`, which is empty for a report and for a key that no
 * question uses. `then` says what the following bytes continue.
 */
export interface Escape {
  readonly length: number;
  readonly key: string;
  readonly then?: 'report' | 'paste';
}

/** Anything longer is not a control sequence. */
export const longestSequence = 64;

/** Texts are strings of bytes: the coordinates in a mouse report may be no UTF-8. */
const sequence = /^\u001b\[(\[?[0-?]*)([ -/]*)([@-Z\\-~])/u;
const sequenceBegun = /^\u001b\[\[?[0-?]*[ -/]*/u;
/** Mode 1005 sends large coordinates as UTF-8, mode 1000 as bytes. */
const mouse = /^\u001b\[M(?:[\u00c2-\u00df][\u0080-\u00bf]|[^\u0003\u001a-\u001c]){3}/u;
/** What SS3 can be followed by: keys of the keypad, arrows and PF1 to PF4. */
const keypadKey = /^[ A-FHIMP-SXa-dj-y]/u;
/** The answers that terminals send: OSC with a number, DCS with a mark, and kitty's APC. */
const answer = /^\u001b(?:\]\d+;|P[\d;]*[!$+>=|]|_G)/u;
/** Any string of ECMA-48 §5.6, and one whose end may still come. */
const string = /^\u001b[\]PX^_][ -~\u0080-\u00ff]*?(?:\u0007|\u001b\\|\u00c2\u009c)/u;
const stringBegun = /^\u001b[\]PX^_][ -~\u0080-\u00ff]*\u001b?$/u;

/** @returns `null` when more bytes have to arrive first; Escape alone, which no question uses, is dropped */
export function readEscape(bytes: string): Escape | null {
  const [, next] = bytes;
  if (next === undefined) return null;
  if (next === '[') return readSequence(bytes);
  if (']PX^_'.includes(next)) return readString(bytes);
  if (next === 'O') return readKeypad(bytes);
  return next < ' ' || next > '\u007f' ? { length: 1, key: '' } : altKey(bytes);
}

/** Alt with one of these characters begins like something longer. */
export const ambiguousAlt = /^\u001b(?:\[$|[\]PX^_O])/u;
/** node:readline would take what is typed after Alt-[ and Alt-O for the rest of a key, so it never gets those. */
export const altKey = (bytes: string): Escape => ({ length: 2, key: /^.[[O]/u.test(bytes) ? '' : bytes.slice(0, 2) });

/** A string is what looks like an answer or has its end; anything else is Alt and what was typed after it. */
function readString(bytes: string): Escape | null {
  if (answer.test(bytes)) return { length: 2, key: '', then: 'report' };
  const whole = string.exec(bytes)?.[0];
  if (whole !== undefined) return { length: whole.length, key: '' };
  return stringBegun.test(bytes) ? null : altKey(bytes);
}

function readKeypad(bytes: string): Escape | null {
  const [, , key] = bytes;
  if (key === undefined) return null;
  if (!keypadKey.test(key)) return altKey(bytes);
  return { length: 3, key: key === 'M' ? '\r' : keyOf('', key) };
}

function readSequence(bytes: string): Escape | null {
  const [whole = '', parameters = '', intermediates = '', final = ''] = sequence.exec(bytes) ?? [];
  if (whole === '') {
    const begun = sequenceBegun.exec(bytes)?.[0].length ?? 0;
    if (begun === 2 && bytes.length > 2) return altKey(bytes);
    return begun < bytes.length || begun > longestSequence ? { length: begun, key: '' } : null;
  }
  // No terminal sends these, so they are Alt-[ and what was typed after it.
  if (/^\u001b\[[^A-Z0-?[]/u.test(whole)) return altKey(bytes);
  if (whole === '\u001b[M') return readMouse(bytes);
  const { length } = whole;
  if (whole === '\u001b[200~') return { length, key: '', then: 'paste' };
  return { length, key: intermediates === '' ? keyOf(parameters, final) : '' };
}

function readMouse(bytes: string): Escape | null {
  const report = mouse.exec(bytes)?.[0];
  if (report !== undefined) return { length: report.length, key: '' };
  const end = bytes.slice(3).search(/[\u0003\u001a-\u001c]/u);
  return end === -1 ? null : { length: 3 + end, key: '' };
}
