import { expect, test } from 'vitest';
import { connectText } from '../../src/output/connection.ts';
import { glyphsFor, makePaint } from '../../src/terminal/style.ts';
import { connected } from '../store/child-setting.ts';

const env = { LANG: 'C.UTF-8' };
const style = {
  paint: makePaint({ env, stream: { isTTY: false } }),
  glyphs: glyphsFor({ env, platform: 'linux' }),
};

test('the next action in OttoKit names the values to enter', () => {
  const { name, journal, shops, createdAt, updatedAt } = connected('default');
  const app = { redirectUrl: 'https://api.ottokit.com/tiktok_shop/connection' };
  const profile = { name, app, journal, shops, createdAt, updatedAt };
  const text = connectText({ profile, keySource: null, outcome: 'connected', wasConnected: true, now: 1 }, style);
  expect(text.split('\n').at(-1)).toContain('with the same App Key, App Secret and Service ID');
});

test('if a new setup was begun beside a connection, the next thing to do is to continue or discard it', () => {
  const profile = {
    ...connected('default'),
    ottokit: { connected: true, confirmedAt: 1 },
    pendingReplacement: { app: {}, journal: { done: {} } },
  };
  const text = connectText({ profile, keySource: 'key-file', outcome: 'connected', wasConnected: true, now: 1 }, style);
  expect(text.split('\n').at(-1)).toBe(
    'Next: continue or discard the new setup, which isn’t finished, with `ottokit-tiktok connect`.',
  );
});
