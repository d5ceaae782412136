import { expect, test } from 'vitest';
import { endsSoon } from '../../src/connection/authorization.ts';

const now = Date.UTC(2026, 10, 27);
const day = 86_400_000;

test.each([
  ['30 days', now + 30 * day, true],
  ['an hour', now + day / 24, true],
  ['minus a day', now - day, true],
  ['30 days and a second', now + 30 * day + 1_000, false],
  ['98 years', 4878250317000, false],
  ['no known time', null, false],
])('an authorization that ends in %s should be renewed: %s', (_, expiresAt, soon) => {
  expect(endsSoon(expiresAt, now)).toBe(soon);
});
