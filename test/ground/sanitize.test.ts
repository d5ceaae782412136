import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sanitizeForTerminal } from '../../src/ground/sanitize.ts';

test.for([
  ['colors', '\u001b[31mred\u001b[0m', 'red'],
  ['cursor movement', 'a\u001b[2K\u001b[1Ab', 'ab'],
  ['a window title', '\u001b]0;owned\u0007text', 'text'],
  ['a link', '\u001b]8;;https://evil.example\u001b\\label\u001b]8;;\u001b\\', 'label'],
  ['8-bit sequences', '\u009b31mred \u009d0;title\u009ctext', 'red text'],
  ['an unfinished sequence', 'a\u001b]0;title', 'a0;title'],
  ['a lone escape', 'a\u001b', 'a\uFFFD'],
  ['a new line that imitates the program’s output', 'Shop\r\nok: connected', 'Shop ok: connected'],
  ['tabs and line separators', 'a\tb\u2028c\u2029d\u0085e', 'a b c d e'],
  ['a backspace over the text before it', 'evil\b\b\b\bgood', 'evil\uFFFD\uFFFD\uFFFD\uFFFDgood'],
  ['reversed text direction', 'a\u202Etxt.exe', 'a\uFFFDtxt.exe'],
  ['an isolate', '\u2066a\u2069', '\uFFFDa\uFFFD'],
  ['zero-width characters', 'pay\u200Bpal\uFEFF', 'pay\uFFFDpal\uFFFD'],
  ['half a surrogate pair', 'a\uD83D', 'a\uFFFD'],
] as const)('%s cannot reach the terminal', ([, text, shown]) => {
  expect(sanitizeForTerminal(text)).toBe(shown);
});

test('a long string of unfinished sequences is sanitized quickly', () => {
  for (const begun of ['\u009d', '\u0090a', '\u001b]', '\u001b[']) {
    const before = performance.now();
    sanitizeForTerminal(begun.repeat(100_000));
    expect(performance.now() - before).toBeLessThan(10_000);
  }
});

test.for(['Ünïcödé Shop', '店铺 ร้านค้า', 'Shop 🎉', 'e\u0301', 'متجر', ''])('“%s” is unchanged', (text) => {
  expect(sanitizeForTerminal(text)).toBe(text);
});

const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\u001b', '\u001b[', '\u001b]', '\u009b', '\u009d', ';', '0', 'm', 'J', '\u0007', '\n', '\u202e'),
    fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code)),
    fc.integer({ min: 0, max: 0x2fff }).map((code) => String.fromCharCode(code)),
  ),
  maxLength: 60,
});

test('no control, separator, invisible or direction-changing character is left in any text', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      expect(sanitizeForTerminal(text)).not.toMatch(
        /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\u200b-\u200f]/u,
      );
    }),
    { numRuns: 2_000 },
  );
});

test('sanitized text is unchanged when it is sanitized again', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      expect(sanitizeForTerminal(sanitizeForTerminal(text))).toBe(sanitizeForTerminal(text));
    }),
    { numRuns: 1_000 },
  );
});
