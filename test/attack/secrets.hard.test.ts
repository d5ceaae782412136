import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test as baseTest, vi } from 'vitest';
import { startSimulator } from '../simulator/simulator.ts';
import type { Scenario } from '../simulator/scenarios.ts';
import { filesBelow, freePort, newMachine, redirectUrlOn } from '../journeys/machine.ts';
import { journeyConnectedByProgram, connectFlags, freshJourney } from '../journeys/journey.ts';
import { startProxy } from './proxy.ts';
import { tracingObstacle } from './trace.ts';
import { watched } from './watched.ts';

const test = baseTest.concurrent;

vi.setConfig({ testTimeout: 240_000 });

beforeEach(({ skip }) => {
  skip(tracingObstacle !== undefined, tracingObstacle);
});

const passphrase = 'a passphrase that nobody may see: ÄÖ & 1';
const withPassphrase = { OTTOKIT_TIKTOK_PASSPHRASE: passphrase };

describe.for<[string, readonly string[]]>([
  ['without', []],
  ['with', ['--debug']],
])('%s --debug, no secret is shown, passed on or left behind', ([, debug]) => {
  test('when everything works', async ({ onTestFinished }) => {
    const { machine, shop, connect, secret } = await freshJourney(onTestFinished);
    const run = watched(machine, () => [...shop.secrets, passphrase], shop.origin);
    const good = async (args: readonly string[], given: Parameters<typeof run>[1] = {}): Promise<void> => {
      const { exitCode, stderr, stdout } = await run([...args, ...debug], given);
      expect(exitCode, args.join(' ') + stderr + stdout).toBe(0);
    };
    await good([...connect, '--no-browser'], { ...secret, follows: true });
    const json = debug.length === 0 ? [] : ['--json'];
    await good(['status', ...json]);
    await good(['doctor', ...json]);
    await good(['scopes', ...json]);
    await good(['token', '--min-validity', '10080'], { prints: 'accessToken' });
    await good(['token', '--json'], { prints: 'accessToken' });
    await good(['store', 'move', 'passphrase'], { env: withPassphrase });
    await good(['connect', ...json], { env: withPassphrase });
    await good(['store', 'move', 'key-file', '--json'], { env: withPassphrase });
    await good(['disconnect', '--revoke', '--yes']);
  });

  test('when the secrets come from the environment and a browser is started', async ({ onTestFinished }) => {
    const { machine, shop, connect } = await freshJourney(onTestFinished);
    const run = watched(machine, () => [...shop.secrets, passphrase], shop.origin);
    const env = { ...withPassphrase, OTTOKIT_TIKTOK_APP_SECRET: shop.app.appSecret, BROWSER: '/bin/true' };
    const flags = connect.filter((flag) => flag !== '--app-secret-stdin');
    const connected = await run([...flags, '--json', ...debug], { env, follows: true, starts: /\/bin\/true/ });
    expect(connected, connected.stderr).toMatchObject({ exitCode: 0 });
    // With an empty BROWSER, the program starts xdg-open.
    const opened = await run(['scopes', '--open', ...debug], {
      env: { ...env, BROWSER: '', DISPLAY: ':99', PATH: await stubs(machine.directory) },
      starts: /xdg-open/,
    });
    expect(opened, opened.stderr).toMatchObject({ exitCode: 0 });
  });
});

/** Returns a PATH on which the common browsers are programs that do nothing. */
async function stubs(directory: string): Promise<string> {
  const place = join(directory, 'stubs');
  await mkdir(place, { recursive: true });
  for (const name of ['x-www-browser', 'www-browser', 'xdg-mime', 'firefox', 'chromium', 'google-chrome']) {
    await writeFile(join(place, name), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  }
  return `${place}:/usr/bin:/bin`;
}

const scenarios: readonly Scenario[] = [
  ...(['deny', 'other-app-key', 'used-code', 'wrong-secret', 'wrong-app-key'] as const),
  ...(['clock-skew', 'bad-gateway', 'creator', 'revoked', 'down'] as const),
];

describe('with --debug, no secret is shown, passed on or left behind if', () => {
  test.for(scenarios)('connect fails in the scenario %s', async (scenario, { onTestFinished }) => {
    const redirectUrl = redirectUrlOn(await freePort());
    const simulator = await startSimulator({ redirectUrl, scenario, autoApprove: true });
    onTestFinished(() => simulator.close());
    const machine = await newMachine(onTestFinished, { OTTOKIT_TIKTOK_ORIGIN: simulator.origin });
    const run = watched(machine, () => simulator.secrets(), simulator.origin);
    const flags = [...connectFlags(simulator.app, redirectUrl), '--no-browser', '--debug'];
    const failed = await run(flags, { stdin: simulator.app.appSecret, follows: true });
    expect(failed, failed.stderr).toMatchObject({ exitCode: 1 });
  });

  test('TikTok Shop, or a server in its place, repeats everything it received', async ({ onTestFinished }) => {
    const { machine, shop, connect, secret } = await freshJourney(onTestFinished);
    let [asked, echoing] = [0, 2];
    const origin = await startProxy(onTestFinished, shop.origin, ({ path, url, incoming }, response) => {
      if (!/^\/(api|authorization)\//.test(path) || (asked += 1) < echoing) return false;
      const echo = [url.href, ...url.searchParams.values(), ...Object.values(incoming.headers)].join(' ');
      const answer = { code: 36_004_004, message: echo, data: { message: echo }, request_id: echo };
      response.writeHead(200, { 'content-type': 'application/json', location: url.href, 'x-tt-logid': echo });
      response.end(JSON.stringify(answer));
      return true;
    });
    const run = watched(machine, () => shop.secrets, origin);
    const env = { OTTOKIT_TIKTOK_ORIGIN: origin };
    const exchange = await run([...connect, '--no-browser', '--debug'], { ...secret, env, follows: true });
    expect(exchange, exchange.stderr).toMatchObject({ exitCode: 1 });
    [asked, echoing] = [0, 2];
    const listing = await run(['connect', '--no-browser', '--debug'], { env, follows: true });
    expect(listing, listing.stderr).toMatchObject({ exitCode: 1 });
    for (const args of [['doctor'], ['doctor', '--json']]) {
      [asked, echoing] = [0, 1];
      expect(await run([...args, '--debug'], { env })).toMatchObject({ exitCode: 1 });
    }
  });

  test('the store can’t be opened or written', async ({ onTestFinished }) => {
    const { machine, shop } = await journeyConnectedByProgram(onTestFinished, { env: withPassphrase });
    const run = watched(machine, () => [...shop.secrets, passphrase, 'another passphrase'], shop.origin);
    const path = join(machine.configDirectory, 'connections');
    const bytes = await readFile(path);
    const fails = async (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<void> => {
      const failed = await run([...args, '--debug'], { env });
      expect(failed, failed.stderr + failed.stdout).toMatchObject({ exitCode: 1 });
    };
    await fails(['status', '--json'], { OTTOKIT_TIKTOK_PASSPHRASE: 'another passphrase' });
    await fails(['token'], { OTTOKIT_TIKTOK_PASSPHRASE: '' });
    await rename(path, `${path}.whole`);
    await mkdir(path);
    await fails(['token']);
    await rm(path, { recursive: true });
    await writeFile(path, bytes.subarray(0, 100));
    await fails(['disconnect', '--yes']);
    await writeFile(path, bytes);
    await shop.close();
    await fails(['token', '--min-validity', '10080']);
    await fails(['disconnect', '--revoke', '--yes']);
  });
});

test('a setup leaves one file in the home directory, the key, and none in the temporary directory', async ({
  onTestFinished,
}) => {
  const { machine } = await journeyConnectedByProgram(onTestFinished);
  const names = (await filesBelow(machine.home)).map(({ path }) => path);
  expect(names).toHaveLength(1);
  expect(await filesBelow(machine.temporaryDirectory)).toEqual([]);
});
