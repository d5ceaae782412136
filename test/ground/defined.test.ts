import { expect, test } from 'vitest';
import { defined } from '../../src/ground/defined.ts';

test('undefined properties are left out, and all others are kept', () => {
  const given: { a: number; b: string | undefined; c: null; d: false } = { a: 0, b: undefined, c: null, d: false };
  const result: { a: number; b?: string; c: null; d: false } = defined(given);
  expect(Object.keys(result)).toEqual(['a', 'c', 'd']);
});
