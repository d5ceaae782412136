/**
 * Translates what terminals send for keys into the few forms that node:readline knows.
 * Sources: ECMA-48 §5.4, XTerm Control Sequences (ctlseqs), the kitty keyboard protocol.
 */

/** Bits of a modifier parameter, which is sent with 1 added. The lock keys (64, 128) change letters only. */
const modifier = { shift: 1, alt: 2, ctrl: 4, super: 8, hyper: 16, meta: 32, capsLock: 64 } as const;

/** The event type of a key that is let go. */
const release = 3;

/** Kitty's numbers for the digits of a keypad and its Enter. */
const keypad = { zero: 57_399, nine: 57_408, enter: 57_414, first: 57_344, last: 63_743 } as const;

/**
 * The key that a control sequence (`ESC [ parameters final`) is, as one character or a sequence of the usual form; an
 * empty text for a report or for a key that no question uses.
 */
export function keyOf(parameters: string, final: string): string {
  if (!/^[\d;:]*$/u.test(parameters)) return '';
  const [first = [], second = [], third = []] = parameters.split(';').map((part) => part.split(':').map(Number));
  const [modifiers = 0, event] = second;
  if (event === release) return '';
  if (final === 'u') return character(first, modifiers, third);
  // xterm's modifyOtherKeys.
  if (final === '~' && first[0] === 27) return character(third, modifiers, []);
  const isKey = final === '~' ? /^[1-8]$/u.test(String(first[0])) : /[ABCDFHZ]/u.test(final);
  return isKey ? named(final === '~' ? String(first[0]) : '', pressed(modifiers) & 7, final) : '';
}

/** Arrows, Home, End, Delete and the like. */
function named(number: string, held: number, final: string): string {
  if (held === 0) return `\u001b[${number}${final}`;
  return `\u001b[${number === '' ? '1' : number};${String(held + 1)}${final}`;
}

const pressed = (modifiers: number): number => Math.max(0, modifiers - 1);

/** `codes` are the key's character, the one with Shift, and the one at its place on a Latin keyboard. */
function character(codes: readonly number[], modifiers: number, text: readonly number[]): string {
  const held = pressed(modifiers);
  const [code = 0, shifted = 0, latin = 0] = codes;
  if ((held & (modifier.super | modifier.hyper | modifier.meta)) !== 0) return '';
  if ((held & modifier.ctrl) !== 0) return controlCharacter(code < 128 ? code : latin);
  if (code === 9 && (held & modifier.shift) !== 0) return '\u001b[Z';
  const typed = typedCharacter(code, shifted, held, text);
  return (held & modifier.alt) !== 0 && typed > ' ' ? `\u001b${typed}` : typed;
}

function controlCharacter(code: number): string {
  const letter = isCharacter(code) ? String.fromCodePoint(code).toUpperCase() : '';
  return /^[@-_]$/u.test(letter) ? String.fromCharCode(letter.charCodeAt(0) & 31) : '';
}

function typedCharacter(code: number, shifted: number, held: number, text: readonly number[]): string {
  if (code === keypad.enter) return '\r';
  if (code >= keypad.zero && code <= keypad.nine) return String(code - keypad.zero);
  if (text.length > 0 && text.every((point) => point >= 32 && isCharacter(point))) return String.fromCodePoint(...text);
  // Escape is used by no question.
  if (code === 27 || !isCharacter(code) || (code >= keypad.first && code <= keypad.last)) return '';
  const isUpper = ((held & modifier.shift) !== 0) !== ((held & modifier.capsLock) !== 0);
  if ((held & modifier.shift) !== 0 && isCharacter(shifted)) return String.fromCodePoint(shifted);
  return isUpper ? String.fromCodePoint(code).toUpperCase() : String.fromCodePoint(code);
}

const isCharacter = (code: number): boolean => code > 0 && code <= 0x10_ff_ff && (code < 0xd8_00 || code > 0xdf_ff);
