import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { environmentFor, prepareProfile } from '../../src/browser/prepare-profile.ts';
import { makeClock } from '../../src/terminal/clock.ts';
import { hostWith, temporaryRoot } from './window.ts';

const firefox = { name: 'Firefox', path: '/usr/bin/firefox' };

test.for([
  ['linux', []],
  ['darwin', ['--foreground']],
  ['win32', ['--wait-for-browser']],
] as const)('on %s, Firefox shows its window and remains the process that was started', async ([platform, more]) => {
  const profile = await temporaryRoot();
  const server = {
    port: 4711,
    hostAndPort: 'api.ottokit.com:443',
    certificate: { key: '', cert: '', fingerprint: Buffer.alloc(32) },
    startAddress: 'https://api.ottokit.com/nonce',
  };
  const context = { host: { ...hostWith(profile), platform }, clock: makeClock(), proxies: { exempt: [] } };
  const command = await prepareProfile(profile, server, firefox, context);
  const startPage = pathToFileURL(join(profile, 'start.html')).href;
  expect(command).toEqual([firefox.path, ...more, '--profile', profile, startPage]);
});

test('Firefox opens a window even if MOZ_HEADLESS is set', () => {
  const env = environmentFor('/tmp/profile', { MOZ_HEADLESS: '1', LANG: 'C' }, firefox);
  expect(env['MOZ_HEADLESS']).toBeUndefined();
  expect(env['LANG']).toBe('C');
});
