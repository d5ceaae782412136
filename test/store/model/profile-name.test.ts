import { expect, test } from 'vitest';
import { isProfilePattern, profileMatcher } from '../../../src/store/model/profile-name.ts';

test.each(['*', 'shop-*', '?', 'a.b?'])('`%s` is a pattern for profile names', (text) => {
  expect(isProfilePattern(text)).toBe(true);
});

test.each(['', 'shop-1', 'shop*/', '*'.repeat(65), 'a b*'])('`%s` isn’t a pattern for profile names', (text) => {
  expect(isProfilePattern(text)).toBe(false);
});

test.each([
  ['*', 'anything', true],
  ['shop-*', 'shop-', true],
  ['shop-*', 'shop-12', true],
  ['shop-*', 'my-shop-1', false],
  ['shop-?', 'shop-1', true],
  ['shop-?', 'shop-12', false],
  ['*.uk', 'shop.uk', true],
  ['*.uk', 'shopXuk', false],
  ['shop', 'shop', true],
  ['shop', 'shop2', false],
  ['Shop*', 'shop1', false],
])('the pattern `%s` matches the profile `%s`: %s', (pattern, name, matches) => {
  expect(profileMatcher(pattern)(name)).toBe(matches);
});
