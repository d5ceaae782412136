import { checkIds } from '../../src/doctor/checks.ts';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test as baseTest } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { openStore } from '../../src/store/open-store.ts';
import { realClock } from '../store/child-setting.ts';
import { ordinaryScopes } from './reference-shop.ts';
import { filesBelow } from './machine.ts';
import { document, errorOf } from './run.ts';
import { connectedJourney, freshJourney, shownSecrets, stateOf, statusOf } from './journey.ts';
import { neededScopes } from '../../src/scopes/catalog.ts';
import { tracesIn } from './traces.ts';

const test = baseTest.concurrent;

const neededIds = neededScopes.map(({ id }) => id);

test('status shows the connection without a request to TikTok Shop', async ({ onTestFinished }) => {
  const { machine, shop } = await connectedJourney(onTestFinished);
  const asked = shop.requests.length;
  const { profiles } = await statusOf(machine);
  expect(profiles).toHaveLength(1);
  expect(profiles[0]).toMatchObject({ profile: 'default', state: 'connected', keySource: 'key-file' });
  const text = await machine.run(['status']);
  expect(text.stdout).toContain('Teapots & Söhne');
  expect(text.stdout).toContain(String(profiles[0]?.['accessTokenExpiresAt']));
  expect(shop.requests).toHaveLength(asked);
});

describe('token', () => {
  test('prints only the access token on stdout', async ({ onTestFinished }) => {
    const { machine, shop } = await connectedJourney(onTestFinished);
    const run = await machine.run(['token']);
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toMatch(/^ROW_\S+\n$/);
    expect(shop.secrets).toContain(run.stdout.trimEnd());
    expect(shop.count('/api/v2/token/refresh')).toBe(0);
  });

  test('with --json, also prints when the access token expires', async ({ onTestFinished }) => {
    const { machine } = await connectedJourney(onTestFinished);
    const answer = document(await machine.run(['token', '--json']));
    const [profile] = (await statusOf(machine)).profiles;
    expect(answer).toMatchObject({
      profile: 'default',
      accessToken: expect.stringMatching(/^ROW_\S+$/) as string,
      accessTokenExpiresAt: profile?.['accessTokenExpiresAt'],
    });
  });

  test('refreshes once, not on every call, if --min-validity is as long as a token’s lifetime', async ({
    onTestFinished,
  }) => {
    const { machine, shop } = await connectedJourney(onTestFinished, { rotates: true });
    const first = await machine.run(['token', '--min-validity', '10080']);
    const second = await machine.run(['token', '--min-validity', '10080']);
    expect(second, second.stderr).toMatchObject({ exitCode: 0, stdout: first.stdout });
    expect(shop.count('/api/v2/token/refresh')).toBe(1);
  });

  test('by default refreshes on every call if tokens expire within ten minutes', async ({ onTestFinished }) => {
    const { machine, shop } = await connectedJourney(onTestFinished, { rotates: true, accessTokenLifetime: 300 });
    const first = await machine.run(['token', '--min-validity', '0']);
    const second = await machine.run(['token']);
    const third = await machine.run(['token']);
    expect(new Set([first.stdout, second.stdout, third.stdout]).size).toBe(3);
    expect(third, third.stderr).toMatchObject({ exitCode: 0 });
    expect(shop.count('/api/v2/token/refresh')).toBe(2);
    expect((await machine.run(['token', '--min-validity', '0'])).stdout).toBe(third.stdout);
  });
});

test('commands in messages name the profile', async ({ onTestFinished }) => {
  const grantedScopes = ordinaryScopes.filter((key) => key !== 'seller.order.info');
  const { machine, connect, secret } = await freshJourney(onTestFinished, { grantedScopes });
  const { stdout, stderr } = await machine.run([...connect, '--profile', 'second'], secret);
  for (const text of [stdout, stderr]) {
    expect(text).toContain('`ottokit-tiktok connect --profile second --reauthorize`');
    expect(text).not.toMatch(/`ottokit-tiktok connect (?!--profile second)/);
  }
});

test('scopes --open says why it doesn’t know the app’s page', async ({ onTestFinished }) => {
  const { machine } = await connectedJourney(onTestFinished, { env: { OTTOKIT_TIKTOK_PASSPHRASE: 'horse' } });
  const run = await machine.run(['scopes', '--ids', '--open'], { env: { OTTOKIT_TIKTOK_PASSPHRASE: undefined } });
  expect(run.exitCode).toBe(0);
  expect(run.stderr).toContain('needs a passphrase');
  expect(run.stderr).not.toContain('`ottokit-tiktok connect` first');
});

test('scopes lists the optional scope separately', async ({ onTestFinished }) => {
  const { machine } = await connectedJourney(onTestFinished, { grantedScopes: neededScopes.map(({ key }) => key) });
  const optional = { id: '431812', name: 'Shop Authorized Information', key: 'seller.authorization.info' };
  const answer = document(await machine.run(['scopes', '--json']));
  expect(answer).toMatchObject({ missing: [], optional });
  expect(answer['granted']).not.toContain(optional.id);
  expect((await machine.run(['scopes'])).stdout).toMatch(/\nOptional: .*431812 .*\nNothing is missing\.\n$/);
});

describe('scopes', () => {
  const grantedScopes = ordinaryScopes.filter((key) => key !== 'seller.order.info');
  const granted = neededIds.slice(1);

  test('names a missing scope and says how to get it', async ({ onTestFinished }) => {
    const { machine } = await connectedJourney(onTestFinished, { grantedScopes });
    expect(document(await machine.run(['scopes', '--json']))).toMatchObject({ granted, missing: ['430276'] });
    const text = await machine.run(['scopes']);
    for (const id of neededIds) expect(text.stdout).toContain(id);
    expect(text.stdout).toContain('connect --reauthorize');
    const doctor = await machine.run(['doctor', 'scopes', '--json']);
    expect(doctor.exitCode).toBe(1);
    expect(document(doctor)).toMatchObject({ status: 'fail', checks: [{ id: 'scopes', status: 'fail' }] });
  });

  test('lists the existing profiles if none has the name given', async ({ onTestFinished }) => {
    const { machine } = await connectedJourney(onTestFinished);
    const run = await machine.run(['scopes', '--profile', 'other']);
    expect(run.exitCode).toBe(0);
    expect(run.stderr).toContain('No profile named “other”. You have: default.');
    expect(run.stdout).toContain('`ottokit-tiktok connect --profile other`');
    expect((await machine.run(['token', '--profile', 'other'])).stderr).toContain('--profile default');
  });

  test('prints the IDs on one line with --ids, and a checklist with --markdown', async ({ onTestFinished }) => {
    const { machine } = await connectedJourney(onTestFinished, { grantedScopes });
    expect((await machine.run(['scopes', '--ids'])).stdout).toBe(`${neededIds.join(',')}\n`);
    const lines = (await machine.run(['scopes', '--markdown'])).stdout.trimEnd().split('\n');
    const boxes = lines.map((line) => /^- \[([ x])\] (\d{6})/.exec(line)?.slice(1));
    expect(boxes).toEqual(neededIds.map((id) => [granted.includes(id) ? 'x' : ' ', id]));
  });
});

test('doctor reports no failure, and its JSON contains no secret and no home directory', async ({ onTestFinished }) => {
  const passphrase = 'corrected horse';
  const { machine, shop } = await connectedJourney(onTestFinished, { env: { OTTOKIT_TIKTOK_PASSPHRASE: passphrase } });
  const run = await machine.run(['doctor', '--json']);
  const answer = document(run);
  const checks = answer['checks'] as readonly { id: string; group: string; status: string; fix: string | null }[];
  expect(answer).toMatchObject({
    schemaVersion: 1,
    generatedAt: expect.stringMatching(/Z$/) as string,
    version: packageJson.version,
  });
  expect(checks.map(({ id }) => id).sort()).toEqual([...checkIds].sort());
  for (const check of checks) {
    expect(Object.keys(check).sort()).toEqual(['detail', 'durationMs', 'fix', 'group', 'id', 'status']);
    expect(check.status, JSON.stringify(check)).toMatch(/^(pass|warn|skip)$/);
    if (check.status === 'warn') expect(check.fix).toEqual(expect.stringMatching(/\w/));
  }
  expect(run.exitCode).toBe(0);
  expect(tracesIn(Buffer.from(run.stdout), [...shop.secrets, passphrase, machine.home])).toEqual([]);
  expect(shop.violations).toEqual([]);
});

describe('disconnect', () => {
  test('requires --yes without a terminal', async ({ onTestFinished }) => {
    const { machine } = await connectedJourney(onTestFinished);
    const run = await machine.run(['disconnect', '--json']);
    expect(run.exitCode).toBe(2);
    expect(errorOf(run)).toMatchObject({
      code: 'missing-answers',
      message: expect.stringContaining('--yes') as string,
    });
    expect(await stateOf(machine)).toBe('connected');
  });

  test('deletes the last profile, the store and its key, but doesn’t revoke anything', async ({ onTestFinished }) => {
    const { machine, shop } = await connectedJourney(onTestFinished);
    const run = await machine.run(['disconnect', '--yes', '--json']);
    expect(run, run.stderr).toMatchObject({ exitCode: 0 });
    expect(document(run)).toBeTypeOf('object');
    expect(shop.requests.filter(({ method }) => method === 'DELETE')).toEqual([]);
    expect(await filesBelow(machine.home)).toEqual([]);
    expect(await readdir(machine.configDirectory).catch(() => [])).toEqual([]);
    expect(await stateOf(machine)).toBe('none');
  });

  test('with --revoke deauthorizes every shop first', async ({ onTestFinished }) => {
    const { machine, shop } = await connectedJourney(onTestFinished);
    const run = await machine.run(['disconnect', '--revoke', '--yes']);
    expect(run, run.stderr).toMatchObject({ exitCode: 0 });
    const deauthorized = shop.requests
      .filter(({ method }) => method === 'DELETE')
      .map(({ query }) => query['shop_cipher']);
    expect(deauthorized).toEqual(shop.listings.map(({ cipher }) => cipher));
    expect(run.stdout).toContain('Teapots & Söhne');
    expect(shownSecrets(run, shop.secrets)).toEqual([]);
    expect(await stateOf(machine)).toBe('none');
    expect(shop.violations).toEqual([]);
  });

  test('with --revoke keeps a profile whose shops can’t be listed, and names the missing scope', async ({
    onTestFinished,
  }) => {
    const grantedScopes = neededScopes.map(({ key }) => key);
    const { machine, shop } = await connectedJourney(onTestFinished, { grantedScopes });
    const run = await machine.run(['disconnect', '--revoke', '--yes', '--json']);
    expect(run.exitCode).toBe(1);
    expect(document(run)).toMatchObject({
      error: { code: 'scope-missing', message: expect.stringContaining('431812') as string },
      profiles: [{ profile: 'default', forgotten: false, revocation: 'failed' }],
    });
    expect(await stateOf(machine)).toBe('connected');
    expect(shop.requests.filter(({ method }) => method === 'DELETE')).toEqual([]);
  });

  test('with --revoke keeps the profile if TikTok Shop can’t be reached', async ({ onTestFinished }) => {
    const { machine, shop } = await connectedJourney(onTestFinished);
    await shop.close();
    const run = await machine.run(['disconnect', '--revoke', '--yes', '--json']);
    expect(run.exitCode).toBe(1);
    expect(document(run)).toMatchObject({
      error: { code: 'network-failed', fix: expect.stringContaining('doctor network') as string },
      profiles: [{ profile: 'default', forgotten: false, revocation: 'failed' }],
    });
    expect(await stateOf(machine)).toBe('connected');
  });

  test('removes what a killed disconnect left behind: an empty store and its key', async ({ onTestFinished }) => {
    const { machine } = await connectedJourney(onTestFinished);
    const store = await openStore({
      io: {
        clock: realClock,
        env: {},
        configDirectory: () => machine.configDirectory,
        dataDirectory: () => machine.dataDirectory,
        signal: new AbortController().signal,
      },
    });
    await store.change('default', () => undefined);

    const run = await machine.run(['disconnect', '--yes']);

    expect(run, run.stderr).toMatchObject({ exitCode: 0 });
    expect(run.stdout).toContain(`The empty store ${join(machine.configDirectory, 'connections')} was removed`);
    expect(await filesBelow(machine.home)).toEqual([]);
    expect(await readdir(machine.configDirectory)).toEqual([]);
    const again = await machine.run(['disconnect', '--yes', '--json']);
    expect(again.exitCode).toBe(1);
    expect(errorOf(again)).toMatchObject({ code: 'profile-unknown', fix: 'There is nothing to remove.' });
  });

  test('lists the existing profiles if none has the name given', async ({ onTestFinished }) => {
    const { machine } = await connectedJourney(onTestFinished);
    const run = await machine.run(['disconnect', '--profile', 'elsewhere', '--yes', '--json']);
    expect(run.exitCode).toBe(1);
    expect(errorOf(run)).toMatchObject({
      code: 'profile-unknown',
      message: expect.stringContaining('default') as string,
    });
  });
});
