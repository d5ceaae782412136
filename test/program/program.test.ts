import { expect, test } from 'vitest';
import { screenfuls } from '../../src/program/program.ts';

const text = 'one\ntwo\nthree\nfour\nfive';

test('output that doesn’t fit on the screen is split, with room for a question', () => {
  expect(screenfuls(text, { isTTY: true, rows: 4 })).toEqual(['one\ntwo', 'three\nfour', 'five']);
});

test('output that fits, or that isn’t shown on a screen, stays in one piece', () => {
  expect(screenfuls(text, { isTTY: true, rows: 7 })).toEqual([text]);
  expect(screenfuls(text, { isTTY: true })).toEqual([text]);
  expect(screenfuls(text, { rows: 4 })).toEqual([text]);
});
