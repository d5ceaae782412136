import { describe, expect, test } from 'vitest';
import { fit, rowsAbove, settled } from '../../src/terminal/frame.ts';

describe('a question on a screen that has become narrower', () => {
  const frame = { body: '? Which?\n❯ one two three\n  four', below: 1, column: 12 };

  test('keeps its lines where they fit', () => {
    expect(fit(frame, 20)).toEqual(frame);
  });

  test('is broken as the terminal breaks it, the cursor where it was', () => {
    expect(fit(frame, 8)).toEqual({ body: '? Which?\n❯ one tw\no three\n  four', below: 1, column: 4 });
  });

  test('is broken at spaces in lines without the cursor, and when it is answered', () => {
    const choices = { body: '? Which?\n  one two\n  a-long-word\n>', below: 0, column: 2 };
    expect(fit(choices, 8).body).toBe('? Which?\n  one\n  two\n  a-long\n-word\n>');
    expect(settled({ body: '✔ Where is it? there', below: 0, column: 1 }, 10)).toBe('✔ Where is\nit? there');
  });

  test('has a row for a cursor after a full row', () => {
    expect(fit({ body: '? abcdef', below: 0, column: 9 }, 8)).toEqual({ body: '? abcdef\n', below: 0, column: 1 });
  });

  test('counts the rows above the cursor as they are now', () => {
    expect(rowsAbove(frame, 20)).toBe(1);
    expect(rowsAbove({ ...frame, below: 0 }, 8)).toBe(3);
    expect(rowsAbove({ ...frame, below: 0 }, 5)).toBe(5);
  });

  test('does not count colors as columns', () => {
    const colored = { body: '\u001b[1mabcdefgh\u001b[22m\nx\u001b[?25l', below: 0, column: 2 };
    expect(fit(colored, 8)).toEqual(colored);
    expect(rowsAbove(colored, 8)).toBe(1);
    expect(fit(colored, 4).body).toBe('\u001b[1mabcd\nefgh\u001b[22m\nx\u001b[?25l');
  });
});
