import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { controlKeys, inputReader, type ControlKey } from '../../src/terminal/input-reader.ts';
import { fill } from '../../src/terminal/width.ts';

const begin = '\u001b[200~';
const finish = '\u001b[201~';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

type Input =
  { readonly kind: 'keys' | 'paste'; readonly text: string } | { readonly kind: 'control'; readonly key: ControlKey };

/** Returns a reader and the list of everything it has read. */
function makeReader(): { inputs: Input[]; readChunk: (chunk: Buffer | string) => void } {
  const inputs: Input[] = [];
  const readChunk = inputReader(({ text, isPaste = false }) => {
    const key = controlKeys.get(text);
    inputs.push(key === undefined ? { kind: isPaste ? 'paste' : 'keys', text } : { kind: 'control', key });
  });
  return { inputs, readChunk };
}

/** Returns what the reader makes of these pieces of input. A number is a pause in milliseconds. */
function read(...pieces: readonly (Buffer | string | number)[]): readonly Input[] {
  const { inputs, readChunk } = makeReader();
  for (const piece of pieces) {
    // One more millisecond for the `setImmediate` after a timeout.
    if (typeof piece === 'number') vi.advanceTimersByTime(piece + 1);
    else readChunk(piece);
  }
  return inputs;
}

/** Joins consecutive keys into one input. */
const merged = (inputs: readonly Input[]): readonly Input[] =>
  inputs.reduce<Input[]>((list, input) => {
    const last = list.at(-1);
    if (last?.kind !== 'keys' || input.kind !== 'keys') return [...list, input];
    return [...list.slice(0, -1), { kind: 'keys', text: last.text + input.text }];
  }, []);

const keys = (text: string): Input => ({ kind: 'keys', text });
const pasted = (text: string): Input => ({ kind: 'paste', text });
const interrupt: Input = { kind: 'control', key: 'SIGINT' };

describe('a paste', () => {
  test('is returned as one piece between the keys around it', () => {
    expect(read(`a${begin}one\rtwo${finish}\r`)).toEqual([keys('a'), pasted('one two'), keys('\r')]);
  });

  test.for([
    ['\r\none\r\n', 'one'],
    ['one\r\ntwo', 'one two'],
    ['one\n\ntwo', 'one  two'],
    ['a\u0003b\u0004c\u001b[Ad\te', 'a b c [Ad e'],
    ['\u001b[99;5u', ' [99;5u'],
    [' kept ', ' kept '],
  ])('of %j becomes %j', ([text, remains]) => {
    expect(read(`${begin}${String(text)}${finish}`)).toEqual([pasted(String(remains))]);
  });

  test('without an end marker ends a second after its last text, and the keyboard works again', () => {
    expect(read(`${begin}one`, 900, ' two', 1_000, 'x\r')).toEqual([pasted('one two'), keys('x\r')]);
  });

  test('of more than 64 KiB is cut off, and the rest isn’t read as keys', () => {
    const [input, ...more] = read(begin, ...Array.from({ length: 40 }, () => 'secret\r\n'.repeat(8_192)), finish, 'x');
    expect(input).toMatchObject({ kind: 'paste' });
    expect(input?.kind === 'paste' && input.text.length).toBeLessThanOrEqual(65_536);
    expect(more).toEqual([keys('x')]);
  });
});

test.for([
  ['\n', 60_000],
  ['\r\n', 30_000],
  ['é', 100_000],
  ['漢', 100_000],
  ['👩‍👩‍👧', 100_000],
] as const)('a paste of thousands of %j is read and wrapped quickly', ([repeated, count]) => {
  vi.useRealTimers();
  const before = performance.now();
  const [input] = read(`${begin}a${repeated.repeat(count)}b${finish}`);
  const text = input?.kind === 'paste' ? input.text : '';
  expect(text.length).toBeGreaterThan(20_000);
  expect(fill(text, 80).length).toBeGreaterThan(50);
  // A slow algorithm would take about a minute.
  expect(performance.now() - before).toBeLessThan(20_000);
});

const reports = {
  'a color (OSC, BEL)': '\u001b]11;rgb:1c1c/1c1c/1c1c\u0007',
  'a color (OSC, ST)': '\u001b]10;rgb:ffff/ffff/ffff\u001b\\',
  'the clipboard (OSC)': '\u001b]52;c;c2VjcmV0\u0007',
  'the terminal’s name (DCS)': '\u001bP>|XTerm(370)\u001b\\',
  'a capability (DCS)': '\u001bP1+r544e=787465726d\u001b\\',
  'an image (APC)': '\u001b_Gi=31;OK\u001b\\',
  'a private message (PM)': '\u001b^hello\u001b\\',
  'a string (SOS)': '\u001bXhello\u001b\\',
  'device attributes': '\u001b[?64;1;2;6;9;15;18;21;22c',
  'secondary device attributes': '\u001b[>41;370;0c',
  'the cursor’s position': '\u001b[24;80R',
  'the terminal’s state': '\u001b[0n',
  'a mode': '\u001b[?2004;1$y',
  'the window’s size': '\u001b[8;24;80t',
  'gained focus': '\u001b[I',
  'lost focus': '\u001b[O',
  'the mouse (X10)': '\u001b[M !!',
  'the mouse (SGR)': '\u001b[<0;12;5M',
  'a released mouse button (SGR)': '\u001b[<0;12;5m',
  'the mouse (urxvt)': '\u001b[32;12;5M',
  'the keyboard protocol (kitty)': '\u001b[?1u',
  'a released key (kitty)': '\u001b[97;1:3u',
  'the color scheme': '\u001b[?997;1n',
  'a function key (Linux console)': '\u001b[[A',
  'a color (OSC, C1)': '\u009d11;rgb:1c1c/1c1c/1c1c\u009c',
  'the cursor’s position (C1)': '\u009b24;80R',
} as const;

describe('a terminal’s report', () => {
  test.for(Object.entries(reports))('of %s isn’t read as text', ([, report]) => {
    expect(merged(read(`a${report}b`))).toEqual([keys('ab')]);
  });

  test.for(Object.entries(reports))('of %s isn’t read as text, even if it arrives byte by byte', ([, report]) => {
    const bytes = Array.from(Buffer.from(`a${report}b`), (byte) => [Buffer.of(byte), 20]);
    expect(merged(read(...bytes.flat()))).toEqual([keys('ab')]);
  });

  test('of the mouse beyond column 95 isn’t read as text, although its bytes aren’t ASCII', () => {
    expect(merged(read(Buffer.from('a\u001b[M \u00e8\u00a1b', 'latin1')))).toEqual([keys('ab')]);
    expect(merged(read(Buffer.from('a\u001b[M \u00ff!b', 'latin1')))).toEqual([keys('ab')]);
  });

  test.for(['\u001b]11;rgb:1c1c', '\u001bP>|XT', '\u001b[24;8', '\u001b[M !', '\u001b'])(
    '%j without an end is abandoned after a moment',
    (report) => {
      expect(read(report, 500, 'abc\r')).toEqual([keys('abc\r')]);
    },
  );
});

test('a paste whose end arrived while the program was blocked isn’t split', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { inputs, readChunk } = makeReader();
  readChunk(`${begin}one\r`);
  vi.advanceTimersByTime(5_000);
  readChunk(`two${finish}`);
  await new Promise(setImmediate);
  expect(inputs).toEqual([pasted('one two')]);
});

describe('Alt-[, the beginning of most key sequences,', () => {
  test.for(['hello', 'Hello', '12', '[x', 'O', '<b>', ' x'])('swallows nothing of %j typed after it', (text) => {
    for (const pause of [60, 80, 500]) {
      const typing = Array.from(text, (letter) => [pause, letter]).flat();
      expect(merged(read('a\u001b[', ...typing, 500))).toEqual([keys(`a${text}`)]);
    }
  });

  test.for(['hello', 'world', '_'])('swallows nothing of %j that arrives with it', (text) => {
    expect(merged(read(`\u001b[${text}\r`))).toEqual([keys(`${text}\r`)]);
  });

  test('leaves a following Enter, Backspace or Alt key alone', () => {
    for (const next of ['\r', '\u007f', '\u001bb']) {
      expect(merged(read(`\u001b[${next}`))).toEqual([keys(next)]);
    }
  });

  test('leaves Ctrl-C alone', () => {
    expect(read('\u001b[', '\u0003').at(-1)).toEqual(interrupt);
  });
});

test.for(['a', '[', '12', ']'])('%j is text if it is typed a moment after Escape', (text) => {
  expect(merged(read('\u001b', 60, ...Array.from(text, (letter) => [letter, 60]).flat(), 500))).toEqual([keys(text)]);
});

test.for(['toString', 'constructor', '__proto__'])(
  'the word %s is text, although every object has a property of that name',
  (word) => {
    expect(read(word)).toEqual([keys(word)]);
  },
);

describe('a key', () => {
  test.for([
    ['\u001b[A', '\u001b[A'],
    ['\u001bOA', '\u001b[A'],
    ['\u001b[1;5C', '\u001b[1;5C'],
    ['\u001b[1;129A', '\u001b[A'],
    ['\u001b[1;1:1B', '\u001b[B'],
    ['\u001b[3~', '\u001b[3~'],
    ['\u001b[Z', '\u001b[Z'],
    ['\u001bb', '\u001bb'],
    ['\u001b\u007f', '\u001b\u007f'],
    ['\u001b\r', '\r'],
    ['\u001b[97u', 'a'],
    ['\u001b[97;2u', 'A'],
    ['\u001b[97:65;2u', 'A'],
    ['\u001b[49:33;2u', '!'],
    ['\u001b[97;65u', 'A'],
    ['\u001b[97;;229u', 'å'],
    ['\u001b[98;3u', '\u001bb'],
    ['\u001b[13u', '\r'],
    ['\u001b[13;129u', '\r'],
    ['\u001b[57414u', '\r'],
    ['\u001b[57401u', '2'],
    ['\u001b[57409u', '.'],
    ['\u001b[57421u', ''],
    ['\u001bOM', '\r'],
    ['\u001bOp', '0'],
    ['\u001bOy', '9'],
    ['\u001bOn', '.'],
    ['\u001bOX', ''],
    ['\u001bOP', ''],
    ['\u001bOd', ''],
    ['\u001b[127u', '\u007f'],
    ['\u001b[9;2u', '\u001b[Z'],
    ['\u001b[27u', ''],
    ['\u001b[57441;2u', ''],
    ['\u001b[100;5u', '\u0004'],
    ['\u001b[117;5u', '\u0015'],
    ['\u001b[27;2;65~', 'A'],
    ['\u001b[1114112u', ''],
    ['ü店🛍', 'ü店🛍'],
    ['\u001bü', 'ü'],
  ])('sent as %j is read as %j', ([sent, key]) => {
    expect(merged(read(String(sent)))).toEqual(key === '' ? [] : [keys(String(key))]);
  });
});

describe.each(['P', 'X', ']', '^', '_', 'O'])('Alt-%s, which can begin a report or a key,', (key) => {
  // Alt-O is dropped, because node:readline would read the next characters as the rest of a key.
  const alt = keys(key === 'O' ? '' : `\u001b${key}`);

  test('swallows nothing that is typed next', () => {
    const typing = Array.from('hello\r', (letter) => [letter, 80]).flat();
    expect(merged(read('a', `\u001b${key}`, 80, ...typing, 500))).toEqual(merged([keys('a'), alt, keys('hello\r')]));
  });

  test('is complete after half a second if nothing follows', () => {
    expect(read(`\u001b${key}`, 500)).toEqual(key === 'O' ? [] : [alt]);
  });

  test('delays the next characters by at most half a second, however fast they are typed', () => {
    const inputs = merged(read(`\u001b${key}`, ...Array.from('hello world', (letter) => [60, letter]).flat()));
    expect(inputs).toEqual(merged([alt, keys('hello world')]));
  });

  test('is complete at once if an arrow, Backspace or another Alt key follows', () => {
    for (const next of ['\u001b[A', '\u007f', '\u001bb']) {
      expect(merged(read(`\u001b${key}`, next))).toEqual(merged([alt, keys(next)]));
    }
  });

  test('leaves Ctrl-C alone', () => {
    expect(read(`\u001b${key}`, 'e', '\u0003').at(-1)).toEqual(interrupt);
  });
});

test.for([']l', ']L', 'Pab', '_x', 'X12', '^a b'])(
  'a control string that begins with %j isn’t text, although no terminal is known to send it',
  (begun) => {
    expect(merged(read(`a\u001b${begun} title\u001b\\b`))).toEqual([keys('ab')]);
    expect(merged(read(`a\u001b${begun}`, 100, ' title', 100, '\u001b', 20, '\\b'))).toEqual([keys('ab')]);
  },
);

const ctrlC = [
  '\u0003',
  '\u001b[99;5u',
  '\u001b[99;5:1u',
  '\u001b[99;5:2u',
  '\u001b[99:67;5u',
  '\u001b[99;69u',
  '\u001b[99;133u',
  '\u001b[99;197u',
  '\u001b[67;6u',
  '\u001b[1089::99;5u',
  '\u001b[27;5;99~',
  '\u001b[27;6;67~',
] as const;

describe.each(ctrlC)('Ctrl-C as %j', (key) => {
  test.for([
    ['on its own', '', []],
    ['after Enter', 'a\r', [keys('a\r')]],
    ['after Escape', '\u001b', []],
    ['in an unfinished paste', `${begin}one\r`, [pasted('one')]],
    ['in an unfinished report', '\u001b]11;rgb:', []],
    ['in an unfinished mouse report', '\u001b[M!', []],
    ['in an unfinished sequence', '\u001b[1;', []],
  ] as const)('%s interrupts', ([, before, expected]) => {
    expect(read(`${before}${key}`)).toEqual([...expected, interrupt]);
    expect(read(before, key)).toEqual([...expected, interrupt]);
  });
});

test.for([
  ['Ctrl-Z', 'SIGTSTP', ['\u001a', '\u001b[122;5u', '\u001b[27;5;122~']],
  ['Ctrl-\\', 'SIGQUIT', ['\u001c', '\u001b[92;5u', '\u001b[27;5;92~']],
] as const)('%s works in every encoding, even in an unfinished paste', ([, key, spellings]) => {
  for (const spelling of spellings) {
    expect(read(`a\r${spelling}`)).toEqual([keys('a\r'), { kind: 'control', key }]);
    expect(read(`${begin}a`, spelling)).toEqual([pasted('a'), { kind: 'control', key }]);
  }
});

test.for<[string, Input]>([
  ['\u0003', interrupt],
  ['\u001b[99;5u', interrupt],
  ['\u001a', { kind: 'control', key: 'SIGTSTP' }],
  ['\u001b[A', keys('\u001b[A')],
])('after an incomplete UTF-8 character, %j works as usual', ([key, expected]) => {
  for (const half of [0xc2, 0xc3, 0xe5]) {
    expect(read(Buffer.of(half), key).at(-1)).toEqual(expected);
    expect(read(Buffer.concat([Buffer.of(half), Buffer.from(key)])).at(-1)).toEqual(expected);
  }
});

test('Ctrl-C with an eight-bit introducer interrupts', () => {
  expect(read('a\r\u009b99;5u')).toEqual([keys('a\r'), interrupt]);
});

test.for(['\u001b[99;5:3u', '\u001b[99u', '\u001b[99;13u', '\u001b[27;1;99~'])('%j is not Ctrl-C', (sent) => {
  expect(read(sent)).not.toContainEqual(interrupt);
});

const part = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.constantFrom('\r', '\u007f', 'ü', '店', ...Object.values(reports), ...ctrlC),
  fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => `${begin}${text.replaceAll('\u001b', '')}${finish}`),
);

test('typed and pasted text is the same however the terminal’s bytes are split', () => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), fc.array(fc.integer({ min: 1, max: 9 })), (parts, sizes) => {
      const bytes = Buffer.from(parts.join(''));
      const chunks: Buffer[] = [];
      let from = 0;
      for (const size of sizes) {
        chunks.push(bytes.subarray(from, from + size));
        from += size;
      }
      chunks.push(bytes.subarray(from));
      expect(merged(read(...chunks))).toEqual(merged(read(bytes)));
    }),
    { numRuns: 500 },
  );
});
