import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Secret } from '../../src/ground/secret.ts';
import { openStore } from '../../src/store/open-store.ts';
import { startReferenceShop, type ReferenceShop } from '../journeys/reference-shop.ts';
import { packProgram } from '../package/packed.ts';
import { startControl } from './control.ts';
import type { Results, Run } from './driver.ts';
import { installProgram, startWindows, type Windows } from './wine.ts';

// These tests run the packed program with the real node.exe under Wine, without consoles, PowerShell or browsers.
const versions = ['20', '22'];
/** The number of refreshes while two programs keep reading the store. */
const refreshes = Number(process.env['WINDOWS_REFRESHES'] ?? '10');
const fleetSize = 500;

let windows: Windows;
let shop: ReferenceShop;
let control: Awaited<ReturnType<typeof startControl>>;
const results = new Map<string, Record<string, { result?: unknown; error?: string }>>();

beforeAll(async () => {
  const packed = await packProgram();
  windows = await startWindows(versions);
  await installProgram(windows, packed.tarball);
  await packed.remove();
  await writeFile(join(windows.drive, 'fleet.store'), await fleetStore());
  shop = await startReferenceShop({ redirectUrl: 'http://127.0.0.1:18100/callback', rotates: true });
  control = await startControl(shop);
  for (const version of versions) {
    const input = { origin: shop.origin, control: control.origin, app: shop.app, refreshes };
    results.set(version, (await windows.script('driver.mjs', version, input, 300_000)) as Record<string, never>);
  }
}, 900_000);

afterAll(async () => {
  await control.close();
  await shop.close();
  await windows.remove();
});

/** Returns the bytes of a store with many profiles, which a passphrase opens on any system. */
async function fleetStore(): Promise<Buffer> {
  const directory = await mkdtemp(join(tmpdir(), 'fleet-'));
  const io = {
    clock: { now: () => Date.now(), monotonic: () => performance.now(), sleep: () => Promise.resolve() },
    env: { OTTOKIT_TIKTOK_PASSPHRASE: 'correct horse' },
    configDirectory: () => directory,
    dataDirectory: () => join(directory, 'data'),
    signal: new AbortController().signal,
  };
  const store = await openStore({ io, keychain: null });
  const now = Date.now();
  await store.addAll(
    Array.from({ length: fleetSize }, (_, number) => ({
      name: `shop-${String(number)}`,
      app: { region: 'row', appKey: '6aaaaaaaaaaaa', appSecret: new Secret('b'.repeat(40)) },
      journal: { done: {} },
      shops: [],
      createdAt: now,
      updatedAt: now,
    })),
  );
  const bytes = await readFile(join(directory, 'connections'));
  await rm(directory, { recursive: true });
  return bytes;
}

describe.for(versions)('on Windows with Node %s', (version) => {
  function resultOf<K extends keyof Results>(name: K): Results[K] {
    const scenario = results.get(version)?.[name];
    if (scenario?.result === undefined) throw new Error(scenario?.error ?? `${name} was not run`);
    return scenario.result as Results[K];
  }
  const expectGood = (run: Run): void => {
    expect(run.exitCode, run.stderr + run.stdout).toBe(0);
  };
  const parsed = (run: Run): unknown => JSON.parse(run.stdout);

  test('the demo runs to its end', () => {
    const run = resultOf('demo');
    expectGood(run);
    expect(parsed(run)).toMatchObject({ demo: true });
  });

  test('a shop is connected, inspected, used and removed', () => {
    const { connected, again, status, token, doctor, files, disconnected, after } = resultOf('journey');
    for (const run of [connected, again, status, token, disconnected]) expectGood(run);
    expect(connected.page).toContain('TikTok Shop');
    expect(parsed(connected)).toMatchObject({ profile: 'default', appKey: shop.app.appKey });
    expect(parsed(status)).toMatchObject({ profiles: [{ profile: 'default', state: 'connected' }] });
    expect(shop.secrets).toContain(token.stdout.trim());
    expect(files).toContain('connections');
    expect(after).not.toContain('connections');
    const { checks } = parsed(doctor) as { checks: readonly { id: string; status: string }[] };
    for (const id of ['store', 'credentials', 'network', 'app', 'token', 'shops'])
      expect(checks.find((check) => check.id === id)?.status, `${id}: ${doctor.stdout}`).toBe('pass');
  });

  test.for(['crowdWithKeyFile', 'crowdWithPassphrase'] as const)(
    'of twenty programs that find an expired token, one refreshes it and all print the new one (%s)',
    (name) => {
      const { runs, before, after } = resultOf(name);
      for (const run of runs) expectGood(run);
      expect(new Set(runs.map(({ stdout }) => stdout)).size).toBe(1);
      expect(after.refreshes - before.refreshes).toBe(1);
    },
  );

  test('every refresh is stored while other programs keep reading the store', () => {
    const { runs, before, after } = resultOf('readers');
    expect(runs).toHaveLength(refreshes);
    for (const run of runs) expectGood(run);
    expect(new Set(runs.map(({ stdout }) => stdout)).size).toBe(refreshes);
    expect(after.refreshes - before.refreshes).toBe(refreshes);
  });

  test('a program killed during a refresh leaves nothing that blocks the next one', () => {
    const { next, duration } = resultOf('killed');
    // The shop had invalidated the refresh token before the program was killed, so the message asks for a new
    // authorization.
    expect(next.stderr + next.stdout).not.toContain('store-locked');
    expect(duration).toBeLessThan(15_000);
  });

  test('a long path with odd characters works', () => {
    const { connected, token } = resultOf('oddPaths');
    expectGood(connected);
    expectGood(token);
  });

  test('a busy port is reported', () => {
    const run = resultOf('busyPort');
    expect(run.exitCode).toBe(1);
    expect(parsed(run)).toMatchObject({ error: { code: 'port-busy' } });
  });

  test('a browser at a path with spaces is opened and completes the login', () => {
    expectGood(resultOf('opener').connected);
  });

  test('a slow reader gets all of a long output, and a reader that stops early ends the program silently', () => {
    const { wholeBytes, slow, stopped } = resultOf('bigOutput');
    expect(wholeBytes).toBeGreaterThan(100_000);
    expect(slow).toEqual({ exitCode: 0, bytes: wholeBytes });
    expect(stopped).toEqual({ exitCode: 0, stderr: '' });
  });
});
