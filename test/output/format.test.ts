import { describe, expect, test } from 'vitest';
import { withProfileFlag, withStoreFlag } from '../../src/ground/profile-flag.ts';
import { expiryInWords, isoTime } from '../../src/output/format.ts';
import { durationInWords } from '../../src/ground/words.ts';

const now = Date.UTC(2026, 10, 22, 12);

describe('times in words', () => {
  test.each([
    [-5_400_000, '0 seconds'],
    [0, '0 seconds'],
    [1_000, '1 second'],
    [59_999, '59 seconds'],
    [60_000, '1 minute'],
    [3_600_000, '1 hour'],
    [7 * 86_400_000 - 1, '6 days'],
    [400 * 86_400_000, '1 year'],
  ])('%i ms is %s', (ms, words) => {
    expect(durationInWords(ms)).toBe(words);
  });

  test('an expiry in the future or the past is shown in words and as ISO 8601', () => {
    expect(expiryInWords(now + 86_400_000, now)).toBe('ends in 1 day (2026-11-23T12:00:00.000Z)');
    expect(expiryInWords(now - 3_600_000, now)).toBe('expired 1 hour ago (2026-11-22T11:00:00.000Z)');
    expect(expiryInWords(null, now)).toBe('no known expiry');
  });

  test('a time that a Date can’t represent is shown as null', () => {
    expect(isoTime(8.64e15)).toBe('+275760-09-13T00:00:00.000Z');
    expect(isoTime(8.64e15 + 1)).toBeNull();
    expect(isoTime(null)).toBeNull();
  });
});

describe('commands in a message', () => {
  test('are unchanged for the default profile', () => {
    expect(withProfileFlag('Run `ottokit-tiktok connect --restart`.', 'default')).toBe(
      'Run `ottokit-tiktok connect --restart`.',
    );
  });

  test('name any other profile with --profile', () => {
    expect(withProfileFlag('Run `ottokit-tiktok connect --restart` or `ottokit-tiktok doctor`.', 'shop-2')).toBe(
      'Run `ottokit-tiktok connect --profile shop-2 --restart` or `ottokit-tiktok doctor --profile shop-2`.',
    );
  });

  test('are unchanged if they name every profile with --all', () => {
    const text = 'Run `ottokit-tiktok disconnect --all --yes`.';
    expect(withProfileFlag(text, 'shop-2')).toBe(text);
  });

  test('are unchanged if they show the help, which is the same for every profile', () => {
    const text = 'Run `ottokit-tiktok doctor --help` to see its options.';
    expect(withProfileFlag(text, 'shop-2')).toBe(text);
  });

  test('are unchanged for `status`, which shows every profile', () => {
    expect(withProfileFlag('See `ottokit-tiktok status` and `npx ottokit-tiktok@latest status`.', 'shop-2')).toBe(
      'See `ottokit-tiktok status` and `npx ottokit-tiktok@latest status`.',
    );
  });
});

test('commands that use the store repeat --store, but never an address with its password', () => {
  const text =
    'Run `ottokit-tiktok doctor --profile a --fix`, then `npx ottokit-tiktok@latest status` or `ottokit-tiktok use a`.';
  expect(withStoreFlag(text, undefined)).toBe(text);
  expect(withStoreFlag(text, 'postgresql://team:swordfish@db/team')).toBe(
    'Run `ottokit-tiktok doctor --profile a --fix --store ADDRESS`, then `npx ottokit-tiktok@latest status --store ADDRESS` or `ottokit-tiktok use a`.',
  );
  for (const command of ['`ottokit-tiktok store move file --store file`', '`ottokit-tiktok store --help`'])
    expect(withStoreFlag(command, 'file')).toBe(command);
});
