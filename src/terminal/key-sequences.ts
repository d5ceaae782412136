/** The bits of a modifier parameter, to which terminals add 1. `system`: Super, Hyper and Meta. */
const modifier = { shift: 1, alt: 2, ctrl: 4, system: 8 | 16 | 32, capsLock: 64 } as const;

const release = 3;

/** Kitty's range of codes for keys without a character, and the first of the keypad's codes. */
const special = { first: 57_344, keypad: 57_399, last: 63_743 } as const;

/** The keypad's characters in kitty's order. */
const keypad = '0123456789./*-+\r=,';

/**
 * Returns a control sequence's key as node:readline knows it; '' for a report or a key that no question uses. Sources:
 * ECMA-48 §5.4, XTerm Control Sequences, the kitty keyboard protocol.
 */
export function keyOf(parameters: string, final: string): string {
  if (!/^[\d;:]*$/u.test(parameters)) return '';
  const [first = [], second = [], third = []] = parameters.split(';').map((part) => part.split(':').map(Number));
  const [modifiers = 0, event] = second;
  const held = Math.max(0, modifiers - 1);
  if (event === release) return '';
  if (final === 'u') return character(first, held, third);
  // xterm's modifyOtherKeys.
  if (final === '~' && first[0] === 27) return character(third, held, []);
  // Arrows, Home, End, Delete and so on. Only Shift, Alt and Ctrl modify them.
  const number = final === '~' ? String(first[0]) : '';
  if (!/^(?:[ABCDFHZ]|[1-8]~)$/u.test(number + final)) return '';
  const modified = `${number || '1'};${String((held & 7) + 1)}`;
  return `\u001b[${(held & 7) === 0 ? number : modified}${final}`;
}

type Codes = readonly number[];

/** The codes are the key's character, the one with Shift, and the one at its position on a Latin keyboard. */
function character([code = 0, shifted = 0, latin = 0]: Codes, held: number, text: Codes): string {
  if ((held & modifier.system) !== 0) return '';
  if ((held & modifier.ctrl) !== 0) return controlCharacter(code < 128 ? code : latin);
  if (code === 9 && (held & modifier.shift) !== 0) return '\u001b[Z';
  const typed = typedCharacter(code, shifted, held, text);
  return (held & modifier.alt) !== 0 && typed > ' ' ? `\u001b${typed}` : typed;
}

function controlCharacter(code: number): string {
  const letter = code >= 97 && code <= 122 ? code - 32 : code;
  return letter >= 64 && letter <= 95 ? String.fromCharCode(letter & 31) : '';
}

function typedCharacter(code: number, shifted: number, held: number, text: Codes): string {
  const ofKeypad = keypad[code - special.keypad];
  if (ofKeypad !== undefined) return ofKeypad;
  if (text.length > 0 && text.every((point) => point >= 32 && isCharacter(point))) return String.fromCodePoint(...text);
  // No question uses Escape.
  if (code === 27 || !isCharacter(code) || (code >= special.first && code <= special.last)) return '';
  const isShifted = (held & modifier.shift) !== 0;
  if (isShifted && isCharacter(shifted)) return String.fromCodePoint(shifted);
  const typed = String.fromCodePoint(code);
  return isShifted !== ((held & modifier.capsLock) !== 0) ? typed.toUpperCase() : typed;
}

const isCharacter = (code: number): boolean => code > 0 && code <= 0x10_ff_ff && (code < 0xd8_00 || code > 0xdf_ff);
