import { expect, test } from 'vitest';
import { defined } from '../../src/ground/defined.ts';

test('properties that are undefined are left out, and all others stay', () => {
  const given: { a: number; b: string | undefined; c: null; d: false } = { a: 0, b: undefined, c: null, d: false };
  const result: { a: number; b?: string; c: null; d: false } = defined(given);
  expect(Object.keys(result)).toEqual(['a', 'c', 'd']);
});
