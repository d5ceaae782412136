import { access, readdir, readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { isAboutProfile } from '../../src/doctor/check.ts';
import { checkIds, checks } from '../../src/doctor/checks.ts';
import { neededScopes } from '../../src/scopes/catalog.ts';
import { grantedInWords } from '../../src/scopes/compare.ts';
import { connectedHome, home } from './examined.ts';

const untouched = { store: 'skip', permissions: 'skip', key: 'skip' };
const noProfile = Object.fromEntries(checks.filter(isAboutProfile).map(({ id }) => [id, 'skip']));

test('before anything is set up, nothing fails, no file is created, and the next step is connect', async () => {
  const place = await home();
  const asJson = await place.examine();
  expect(asJson.troubles()).toEqual({ ...untouched, ...noProfile });
  expect(asJson.exitCode).toBe(0);
  expect(asJson.check('store').detail).toContain('`ottokit-tiktok connect`');
  const asText = await place.run();
  expect(asText.printed.split('\n').at(-1)).toBe('Next: Start with `ottokit-tiktok connect`.');
  await expect(access(place.storePath)).rejects.toThrow('ENOENT');
  expect(await readdir(place.directory)).toEqual([]);
});

test('a connected shop passes every check', async () => {
  const place = await connectedHome();
  const asJson = await place.examine();
  expect(asJson.troubles(), asJson.printed).toEqual({});
  expect(asJson.json).toMatchObject({ schemaVersion: 1, version: '1.2.3' });
  expect(asJson.json.checks.map(({ id }) => id)).toEqual(checkIds);
  expect(new Date(asJson.json.generatedAt ?? '').toISOString()).toBe(asJson.json.generatedAt);
  for (const check of asJson.json.checks) {
    expect(Object.keys(check)).toEqual(['id', 'group', 'status', 'detail', 'fix', 'durationMs']);
    expect(Number.isInteger(check.durationMs)).toBe(true);
  }
  expect(asJson.check('shops').detail).toBe('one: Demo Shop (GB)');
  expect(asJson.check('token').detail).toMatch(
    /^works and expires in 6 days; the authorization ends in (36\d days|1 year)$/,
  );
  expect(asJson.check('scopes').detail).toBe(grantedInWords(neededScopes.map(({ id }) => id)));
  expect(asJson.check('app').detail).toContain('doesn’t check the App Secret');
  expect(asJson.check('key').detail).toContain(
    'protects copies of the store, but any program that you run can read the key',
  );
});

test('the output has six groups and ends with the counts and the next step', async () => {
  const place = await connectedHome();
  const headings = (text: string) => text.split('\n').filter((line) => /^[A-Z][\w ]*$/.test(line));
  const { printed, exitCode } = await place.run();
  expect(headings(printed)).toEqual(['Program', 'Store', 'Setup', 'This computer', 'TikTok Shop', 'OttoKit']);
  expect(exitCode).toBe(0);
  const some = await place.run({ checks: ['node', 'token'] });
  expect(headings(some.printed)).toEqual(['Program', 'TikTok Shop']);
  expect(some.printed.split('\n').slice(-2)).toEqual(['2 passed.', 'Next: nothing; everything is fine.']);
  expect((await place.examine({ checks: ['node', 'token'] })).json.status).toBe('pass');
});

test('if there are several warnings, the next step is about the connection', async () => {
  const place = await home();
  await place.connect();
  const checks = ['node', 'redirect', 'browser'];
  const { printed } = await place.run({ checks }, { nodeVersion: '20.20.2', env: { BROWSER: undefined } });
  expect(printed.split('\n').at(-1)).toContain('connect --redirect-url');
});

test('a damaged store is left in place without --fix, and is still reported after --fix has moved it', async () => {
  const place = await connectedHome();
  await writeFile(place.storePath, 'garbage');
  expect((await place.examine()).check('store').status).toBe('fail');
  expect((await place.examine({ checks: ['store'] })).check('store').fix).toContain('`ottokit-tiktok doctor --fix`');
  expect(await readFile(place.storePath, 'utf8')).toBe('garbage');

  const fixed = (await place.examine({ checks: ['store'], fix: true })).check('store');
  expect(fixed.detail).toContain('was moved to');
  const again = await place.examine();
  expect(again.check('store').status).toBe('skip');
  expect(again.check('store').detail).toMatch(
    /a damaged one was quarantined as ~[/\\]config[/\\]connections\.damaged-/,
  );
});

test('an unfinished setup isn’t a failure, and its known values are checked', async () => {
  const place = await home();
  const { appKey } = place.simulator.app;
  await place.change((profile) => ({ ...profile, app: { region: 'us', appKey, serviceId: appKey } }));
  const half = await place.examine();
  expect(half.troubles()).toEqual({ ...noProfile, credentials: 'fail' });
  expect(half.check('redirect').detail).toBe('not chosen yet; continue with `ottokit-tiktok connect`');

  await place.change((profile) => ({ ...profile, app: { region: 'us', appKey } }));
  const improved = await place.examine();
  expect(improved.troubles()).toEqual(noProfile);
  expect(improved.check('credentials').detail).toContain('not entered yet: App Secret, Service ID');
  expect(improved.exitCode).toBe(0);
});

test('unverified tokens are checked anyway', async () => {
  const place = await connectedHome();
  await place.change(({ journal: { done, ...journal }, ...profile }) => {
    const { verify: _, ...others } = done;
    return { ...profile, journal: { ...journal, done: others } };
  });
  place.simulator.setScenario('ip-not-allowed');
  expect((await place.examine()).check('token')).toMatchObject({ status: 'fail' });
  place.simulator.setScenario('expired-token');
  for (const fix of [false, true])
    expect((await place.examine({ fix })).check('token').fix).toMatch(/^Continue with `ottokit-tiktok connect`/);
});

test('an unknown profile is reported once', async () => {
  const place = await connectedHome();
  const run = await place.examine({ profile: 'shop-b' });
  expect(run.troubles()).toEqual({ ...noProfile, credentials: 'fail' });
  expect(run.check('credentials').detail).toContain('No profile named “shop-b”. You have: default');
  expect(run.exitCode).toBe(1);
  const alone = await place.examine({ profile: 'shop-b', checks: ['scopes', 'token'] });
  expect(alone.troubles()).toEqual({ token: 'fail', scopes: 'skip' });
});

test('commands in details and fixes name the examined profile', async () => {
  const place = await home();
  const run = await place.examine({ profile: 'shop-b' });
  expect(run.check('store').detail).toContain('`ottokit-tiktok connect --profile shop-b`');
  const { printed } = await place.run({ profile: 'shop-b' });
  expect(printed.split('\n').at(-1)).toBe('Next: Start with `ottokit-tiktok connect --profile shop-b`.');
});

test('many shops are counted, and only the first few named', async () => {
  const shops = ['A', 'B', 'C', 'D', 'E', 'F', 'G'].map((name) => ({ name, region: 'DE' }));
  const place = await connectedHome({ shops });
  const { detail } = (await place.examine({ checks: ['shops'] })).check('shops');
  expect(detail).toBe('7: A (DE), B (DE), C (DE), D (DE), E (DE) and 2 more');
});
