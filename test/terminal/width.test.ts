import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { displayWidth, fill, wrap, wrapRow } from '../../src/terminal/width.ts';

test.for([
  ['abc', 3],
  ['ü', 1],
  ['e\u0301', 1],
  ['店铺', 4],
  ['カタカナ', 8],
  ['한국', 4],
  ['ｆｕｌｌ', 8],
  ['🎉', 2],
  ['👨‍👩‍👧', 2],
  ['⚠️', 2],
  ['🛍️', 2],
  ['1️⃣', 2],
  ['🇩🇪', 2],
  ['ร้าน', 3],
  ['\u001b[32mgreen\u001b[39m', 5],
  ['\u001b[1m店铺\u001b[22m', 4],
  ['', 0],
] as const)('%j has the width %i', ([text, width]) => {
  expect(displayWidth(text)).toBe(width);
});

const words = fc
  .array(
    fc.string({ unit: fc.constantFrom('a', 'bc', 'ü', '店', '🎉', 'e\u0301', '-', '.'), minLength: 1, maxLength: 12 }),
    {
      maxLength: 30,
    },
  )
  .map((list) => list.join(' '));
const width = fc.integer({ min: 1, max: 60 });

describe('wrapped text', () => {
  test('keeps all its words in order, and a line that is too long is a single word', () => {
    fc.assert(
      fc.property(words, width, (text, columns) => {
        const lines = wrap(text, columns);
        expect(lines.join(' ')).toBe(text);
        for (const line of lines) {
          if (displayWidth(line) > columns) expect(line).not.toContain(' ');
        }
      }),
    );
  });

  test('fills every line: the next word would not have fit', () => {
    fc.assert(
      fc.property(words, width, (text, columns) => {
        const lines = wrap(text, columns);
        for (const [index, line] of lines.slice(0, -1).entries()) {
          const [next = ''] = (lines[index + 1] ?? '').split(' ');
          expect(displayWidth(`${line} ${next}`)).toBeGreaterThan(columns);
        }
      }),
    );
  });

  test('keeps its indentation in every line', () => {
    expect(wrap('  one two three', 9)).toEqual(['  one two', '  three']);
  });

  test('keeps an address in one piece', () => {
    const address = `https://example.test/${'a'.repeat(80)}`;
    expect(wrap(`open ${address} now`, 40)).toEqual(['open', address, 'now']);
  });
});

test('filled rows keep the text, and fit without splitting a wide character', () => {
  fc.assert(
    fc.property(words, fc.integer({ min: 2, max: 60 }), (text, columns) => {
      const rows = fill(text, columns);
      expect(rows.join('')).toBe(text);
      for (const row of rows) expect(displayWidth(row)).toBeLessThanOrEqual(columns);
    }),
  );
});

test('a wrapped table row continues below its second column', () => {
  expect(wrapRow('  ok Key      in a file with a long name', 30)).toEqual([
    '  ok Key      in a file with a',
    '              long name',
  ]);
});

test('a row without columns is wrapped at its own indent', () => {
  expect(wrapRow('    one two three', 12)).toEqual(['    one two', '    three']);
});

test('a row whose second column begins beyond the middle is wrapped at its own indent', () => {
  expect(wrapRow('a long label of a row  value', 20)).toEqual(['a long label of a', 'row  value']);
});
