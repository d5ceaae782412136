import { expect, test } from 'vitest';
import { endsSoon } from '../../src/connection/authorization.ts';

const now = Date.UTC(2026, 10, 27);
const day = 86_400_000;

test.each([
  ['in 30 days', true, now + 30 * day],
  ['in an hour', true, now + day / 24],
  ['a day ago', true, now - day],
  ['in 30 days and a second', false, now + 30 * day + 1_000],
  ['in 98 years', false, 4878250317000],
  ['unknown', false, null],
])('an authorization whose end is %s should be renewed: %s', (_, soon, expiresAt) => {
  expect(endsSoon(expiresAt, now)).toBe(soon);
});
