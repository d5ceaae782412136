import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { startCaptureServer } from '../../src/browser/capture-server.ts';
import { environmentFor, prepareProfile } from '../../src/browser/prepare-profile.ts';
import { makeClock } from '../../src/ground/clock.ts';
import { hostWith, temporaryRoot } from './window.ts';

const firefox = { name: 'Firefox', path: '/usr/bin/firefox' };

test.for([
  ['linux', []],
  ['darwin', ['--foreground']],
  ['win32', ['--wait-for-browser']],
] as const)('on %s, Firefox shows its window and remains the process that was started', async ([platform, more]) => {
  const profile = await temporaryRoot();
  const clock = makeClock();
  const options = { redirectUrl: 'https://api.ottokit.com/callback', authorizationUrl: '', forwardTo: () => null };
  const server = await startCaptureServer(options, clock.now());
  onTestFinished(() => {
    server.close();
  });
  const context = { env: {}, host: { ...hostWith(profile), platform }, clock, proxies: { exempt: [] } };
  const command = await prepareProfile(profile, server, firefox, context);
  const startPage = pathToFileURL(join(profile, 'start.html')).href;
  expect(command).toEqual([firefox.path, ...more, '--profile', profile, startPage]);
});

test('Firefox opens a window even if MOZ_HEADLESS is set', () => {
  const env = environmentFor('/tmp/profile', { MOZ_HEADLESS: '1', LANG: 'C' }, firefox);
  expect(env['MOZ_HEADLESS']).toBeUndefined();
  expect(env['LANG']).toBe('C');
});
