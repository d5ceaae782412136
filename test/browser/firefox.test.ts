import { expect, test } from 'vitest';
import { prepareFirefox } from '../../src/browser/firefox.ts';
import { environmentFor } from '../../src/browser/prepare-profile.ts';
import { temporaryRoot } from './window.ts';

test.for([
  ['linux', []],
  ['darwin', ['--foreground']],
  ['win32', ['--wait-for-browser']],
] as const)('on %s, Firefox shows its window and remains the process that was started', async ([platform, more]) => {
  const profile = await temporaryRoot();
  const rules = { hostAndPort: 'api.ottokit.com:443', fingerprint: Buffer.alloc(32), pac: 'data:,', now: 0 };
  expect(await prepareFirefox(profile, rules, { platform })).toEqual([...more, '--profile', profile]);
});

test('Firefox opens a window even if MOZ_HEADLESS is set', () => {
  const env = environmentFor(
    '/tmp/profile',
    { MOZ_HEADLESS: '1', LANG: 'C' },
    { name: 'Firefox', path: '/usr/bin/firefox' },
  );
  expect(env['MOZ_HEADLESS']).toBeUndefined();
  expect(env['LANG']).toBe('C');
});
