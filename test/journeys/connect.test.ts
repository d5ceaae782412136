import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test as baseTest } from 'vitest';
import { browserVisit } from './browser-script.ts';
import { ordinaryScopes } from './reference-shop.ts';
import { filesBelow, freePort } from './machine.ts';
import { document } from './run.ts';
import {
  connectedJourney,
  journeyConnectedByProgram,
  connectFlags,
  freshJourney,
  shownSecrets,
  type Journey,
} from './journey.ts';
import { tracesIn } from './traces.ts';
import { neededScopes } from '../../src/scopes/catalog.ts';
import { openTunnel } from './tunnel.ts';
import { noModes, onWindows } from '../tools/systems.ts';

const test = baseTest.concurrent;

const passphrase = 'corrected horse, battery & staple';
const withPassphrase = { env: { OTTOKIT_TIKTOK_PASSPHRASE: passphrase } };
const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/) as string;

/** The expected output of `connect --json` once the reference shop is connected. */
function connection({ shop, redirectUrl }: Journey, keySource: string): object {
  return {
    profile: 'default',
    region: 'row',
    redirectUrl,
    appKey: shop.app.appKey,
    serviceId: shop.app.serviceId,
    shops: shop.listings.map(({ id, name, region, seller_type: sellerType }) => ({ id, name, region, sellerType })),
    scopes: {
      granted: neededScopes.map(({ id }) => id),
      missing: [],
      pending: [],
      unknown: [],
    },
    accessTokenExpiresAt: isoTime,
    refreshTokenExpiresAt: isoTime,
    keySource,
    ottokit: { connected: null, confirmedAt: null },
  };
}

test('connect works on a new machine without a terminal', async ({ onTestFinished }) => {
  const journey = await freshJourney(onTestFinished, withPassphrase);
  const { machine, shop } = journey;
  const run = await machine.run([...journey.connect, '--json'], journey.secret);

  expect(run, run.stderr).toMatchObject({ exitCode: 0 });
  expect(document(run)).toEqual(connection(journey, 'passphrase'));
  const address = `${shop.origin}/open/authorize\\?service_id=${shop.app.serviceId}&state=[\\w-]{43,}`;
  expect(run.stderr.split('\n')).toContainEqual(expect.stringMatching(new RegExp(`^${address}$`)));
  expect(run.stderr).toContain('OTTOKIT_TIKTOK_ORIGIN');
  expect(shownSecrets(run, [...shop.secrets, passphrase])).toEqual([]);
  expect(shop.violations).toEqual([]);
});

test('connect shows the expiry times that TikTok Shop sent', async ({ onTestFinished }) => {
  const journey = await freshJourney(onTestFinished);
  const before = Date.now();
  const run = await journey.machine.run([...journey.connect, '--json'], journey.secret);
  const { accessTokenExpiresAt, refreshTokenExpiresAt } = document(run);

  const days = (time: unknown): number => (Date.parse(String(time)) - before) / 86_400_000;
  expect(days(accessTokenExpiresAt)).toBeCloseTo(7, 2);
  expect(days(refreshTokenExpiresAt)).toBeCloseTo(365, 2);
});

test('the browser shows the program’s page, whose script hides the code in the address', async ({ onTestFinished }) => {
  const journey = await journeyConnectedByProgram(onTestFinished);
  const { machine, shop } = journey;
  const { status, url, page } = await browserVisit(machine.pagePath);
  expect(status).toBe(200);
  expect(url).toContain(journey.redirectUrl);
  expect(page).toMatch(/connected/i);
  expect(page).toContain('Teapots &amp; Söhne');
  expect(page).not.toContain('Kettle <Ltd>');
  expect(page).toContain('history.replaceState');
  expect(tracesIn(Buffer.from(page), shop.secrets)).toEqual([]);
});

test('the commands on the browser’s page name the profile and the store', async ({ onTestFinished }) => {
  const { machine, connect } = await freshJourney(onTestFinished);
  const flags = ['--profile', 'default', '--store', 'file'];
  const given = { env: { OTTOKIT_TIKTOK_PROFILE: 'shop-2' }, stdin: 'f'.repeat(40) };
  const { exitCode, stderr } = await machine.run([...connect, ...flags], given);
  expect(exitCode).toBe(1);
  const [fix = ''] = /`ottokit-tiktok connect [^`]+`/u.exec(stderr) ?? [];
  expect(fix).toMatch(/ --profile default .*--store file`$/u);
  const { page } = await browserVisit(machine.pagePath);
  expect(page).toContain(`<code>${fix.slice(1, -1)}</code>`);
});

test('the browser gets only the address, and no secrets in its environment', async ({ onTestFinished }) => {
  const { machine, shop, connect } = await freshJourney(onTestFinished, withPassphrase);
  const args = connect.filter((arg) => arg !== '--app-secret-stdin');
  const run = await machine.run(args, { env: { OTTOKIT_TIKTOK_APP_SECRET: shop.app.appSecret } });
  expect(run, run.stderr).toMatchObject({ exitCode: 0 });
  const { argv, env } = await browserVisit(machine.pagePath);
  expect(argv).toHaveLength(3);
  expect(tracesIn(Buffer.from(argv.join('\n') + JSON.stringify(env)), [...shop.secrets, passphrase])).toEqual([]);
});

test('a Redirect URL on another host works through a tunnel to this computer', async ({ onTestFinished }) => {
  const [tunnelPort, port] = [await freePort(), await freePort()];
  await openTunnel(onTestFinished, { tunnelPort, to: port, host: 'tunnel.example.com' });
  const { machine, shop, secret } = await freshJourney(onTestFinished, { port: tunnelPort });
  const flags = [...connectFlags(shop.app, 'https://tunnel.example.com/callback'), '--port', String(port), '--json'];
  const run = await machine.run(flags, secret);
  expect(run, run.stderr).toMatchObject({ exitCode: 0 });
  expect(document(run)).toMatchObject({ redirectUrl: 'https://tunnel.example.com/callback' });
});

test('--debug doesn’t show secrets', async ({ onTestFinished }) => {
  const { machine, shop, connect, secret } = await freshJourney(onTestFinished);
  const run = await machine.run([...connect, '--debug', '--json'], secret);
  expect(document(run)).toMatchObject({ profile: 'default' });
  expect(run.stderr).toContain('/api/v2/token/get');
  expect(tracesIn(Buffer.from(run.stderr + run.stdout), shop.secrets)).toEqual([]);
});

test('the text output ends with the shops, the scopes and the next steps', async ({ onTestFinished }) => {
  const grantedScopes = ordinaryScopes.filter((key) => key !== 'seller.order.info');
  const journey = await freshJourney(onTestFinished, { grantedScopes });
  const run = await journey.machine.run(journey.connect, journey.secret);
  expect(run, run.stderr).toMatchObject({ exitCode: 0 });
  expect(run.stdout).toContain('Teapots & Söhne');
  expect(run.stdout).toContain('Kettle <Ltd>');
  expect(run.stdout).toMatch(/missing: 430276/);
  expect(run.stdout.trimEnd().split('\n').at(-1)).toMatch(/^Next: .*430276.*`ottokit-tiktok connect --reauthorize`/);
  expect(run.stderr).toContain('https://app.ottokit.com');
  expect(run.stderr.split('\n').map((line) => line.trim())).toContain('https://api.ottokit.com/tiktok_shop/connection');
  expect(shownSecrets(run, journey.shop.secrets)).toEqual([]);
});

test('connect needs only the scopes that OttoKit needs, not the one for listing shops', async ({ onTestFinished }) => {
  const grantedScopes = neededScopes.map(({ key }) => key);
  const { machine, connect, secret } = await freshJourney(onTestFinished, { grantedScopes });
  const run = await machine.run([...connect, '--json'], secret);
  expect(run, run.stderr).toMatchObject({ exitCode: 0 });
  expect(document(run)).toMatchObject({ shops: [], scopes: { missing: [], pending: [], unknown: [] } });
  expect(document(run)).toHaveProperty('scopes.granted.length', neededScopes.length);
  const doctor = await machine.run(['doctor', 'token', 'shops', 'scopes', '--json']);
  expect(document(doctor)).toMatchObject({
    status: 'pass',
    checks: ['token', 'shops', 'scopes'].map((id) => ({ id, status: 'pass' })),
  });
});

describe('a second connect', () => {
  test('says that the shop is already connected, and doesn’t authorize it again', async ({ onTestFinished }) => {
    const journey = await connectedJourney(onTestFinished);
    const { machine, shop } = journey;
    const again = await machine.run([...journey.connect, '--json'], journey.secret);
    expect(again, again.stderr).toMatchObject({ exitCode: 0 });
    expect(document(again)).toEqual(connection(journey, 'key-file'));
    expect(again.stderr).toMatch(/already/);
    expect(shop.count('/open/authorize')).toBe(1);
    expect(shop.count('/authorization/202309/shops')).toBe(2);
  });

  test('needs no flags for stored values', async ({ onTestFinished }) => {
    const { machine } = await connectedJourney(onTestFinished);
    const again = await machine.run(['connect']);
    expect(again, again.stderr).toMatchObject({ exitCode: 0 });
    expect(again.stdout).toMatch(/already/);
  });

  test('authorizes again with --restart', async ({ onTestFinished }) => {
    const { machine, shop } = await connectedJourney(onTestFinished);
    const again = await machine.run(['connect', '--restart', '--json']);
    expect(again, again.stderr).toMatchObject({ exitCode: 0 });
    expect(shop.count('/open/authorize')).toBe(2);
  });

  test('for another profile adds a connection, which `status` finds by a pattern', async ({ onTestFinished }) => {
    const journey = await connectedJourney(onTestFinished);
    const run = await journey.machine.run(
      [...journey.connect, '--profile', 'second', '--region', 'us', '--json'],
      journey.secret,
    );
    expect(document(run)).toMatchObject({ profile: 'second', region: 'us' });
    const status = await journey.machine.run(['status', '--json']);
    expect(document(status)).toMatchObject({ profiles: [{ profile: 'default' }, { profile: 'second' }] });
    const some = await journey.machine.run(['status', '--json', '--profile', 'sec*']);
    expect(document(some)['profiles']).toMatchObject([{ profile: 'second' }]);
    const none = await journey.machine.run(['status', '--json', '--profile', 'shop-*']);
    expect(document(none)).toMatchObject({ error: { code: 'profile-unknown' } });
  });

  test('for another profile prints commands that name that profile exactly once', async ({ onTestFinished }) => {
    const journey = await connectedJourney(onTestFinished);
    const { machine, connect, secret } = journey;
    const run = await machine.run([...connect, '--profile', 'second'], secret);
    const again = await machine.run(['connect', '--profile', 'second']);
    const status = await machine.run(['status']);
    for (const { stdout } of [run, again, status]) {
      expect(stdout).toContain('`ottokit-tiktok token --profile second` refreshes it');
      expect(stdout).not.toMatch(/--profile second[^`]*--profile/);
    }
  });
});

describe('on disk', () => {
  test('no secret is readable in any encoding, and the store is the only file', async ({ onTestFinished }) => {
    const { machine, shop } = await journeyConnectedByProgram(onTestFinished, withPassphrase);
    await browserVisit(machine.pagePath);
    expect(await readdir(machine.configDirectory)).toEqual(['connections']);
    expect(await readdir(machine.temporaryDirectory)).toEqual([]);
    expect(await readdir(machine.home)).toEqual([]);
    const secrets = [...shop.secrets, passphrase];
    expect(secrets.length).toBeGreaterThan(6);
    for (const { path, bytes } of await filesBelow(machine.configDirectory)) {
      expect(tracesIn(bytes, [...secrets, shop.app.appKey, shop.app.serviceId, 'Teapots']), path).toEqual([]);
    }
  });

  test('only the user can read the store, the key and their directories', async ({ onTestFinished, skip }) => {
    skip(onWindows, noModes);
    const { machine } = await connectedJourney(onTestFinished);
    const mode = async (path: string): Promise<string> => ((await lstat(path)).mode & 0o777).toString(8);
    expect(await mode(machine.configDirectory)).toBe('700');
    expect(await mode(join(machine.configDirectory, 'connections'))).toBe('600');
    const keys = await filesBelow(machine.home);
    expect(keys).toHaveLength(1);
    for (const { path } of keys) {
      expect(await mode(path)).toBe('600');
      expect(await mode(join(path, '..'))).toBe('700');
    }
  });
});
