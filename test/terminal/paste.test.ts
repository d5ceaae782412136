import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makePasteReader, type Input } from '../../src/terminal/paste.ts';

const begin = '\u001b[200~';
const finish = '\u001b[201~';

function read(...chunks: readonly (Buffer | string)[]): readonly Input[] {
  const reader = makePasteReader();
  return chunks.flatMap((chunk) => reader(chunk));
}

test('a paste comes out in one piece between the keys around it', () => {
  expect(read(`a${begin}one\rtwo${finish}\r`)).toEqual([
    { kind: 'keys', text: 'a' },
    { kind: 'paste', text: 'one two' },
    { kind: 'keys', text: '\r' },
  ]);
});

test.for([
  ['\r\none\r\n', 'one'],
  ['one\r\ntwo', 'one two'],
  ['one\n\ntwo', 'one  two'],
  ['a\u0003b\u0004c\u001b[Ad\te', 'a b c [Ad e'],
  [' kept ', ' kept '],
])('of the paste %j remains %j', ([pasted, text]) => {
  expect(read(`${begin}${String(pasted)}${finish}`)).toEqual([{ kind: 'paste', text }]);
});

test('Escape is a key of its own and is not waited for', () => {
  expect(read('\u001b')).toEqual([{ kind: 'keys', text: '\u001b' }]);
});

test('an arrow key is no paste', () => {
  expect(read('\u001b[A')).toEqual([{ kind: 'keys', text: '\u001b[A' }]);
});

const part = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.constantFrom('\r', '\u007f', 'ü', '店'),
  fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => `${begin}${text.replaceAll('\u001b', '')}${finish}`),
);

test('where the terminal’s bytes are cut makes no difference to what was typed and pasted', () => {
  const merged = (inputs: readonly Input[]): readonly Input[] =>
    inputs.reduce<Input[]>((list, input) => {
      const last = list.at(-1);
      if (last?.kind !== 'keys' || input.kind !== 'keys') return [...list, input];
      return [...list.slice(0, -1), { kind: 'keys', text: last.text + input.text }];
    }, []);
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), fc.array(fc.integer({ min: 1, max: 9 })), (parts, sizes) => {
      const bytes = Buffer.from(parts.join(''));
      const chunks: Buffer[] = [];
      let from = 0;
      for (const size of sizes) {
        // A cut right after an escape is read as the Escape key.
        const end = bytes[from + size - 1] === 0x1b ? from + size + 1 : from + size;
        chunks.push(bytes.subarray(from, end));
        from = end;
      }
      chunks.push(bytes.subarray(from));
      expect(merged(read(...chunks))).toEqual(merged(read(bytes)));
    }),
    { numRuns: 500 },
  );
});
