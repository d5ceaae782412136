import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test as baseTest, vi } from 'vitest';
import { isConnected } from '../../src/store/model/profile.ts';
import type { After, Machine } from '../journeys/machine.ts';
import { connectedJourney, freshJourney, stateOf, type Journey } from '../journeys/journey.ts';
import { sessionObstacle, startSession } from '../store/keys/keychain/secret-service.ts';
import { killAt, killPoints, readLeft, type KillPoint, type Left, type RunThrough } from './killed.ts';
import { tracingObstacle } from './trace.ts';

const test = baseTest.concurrent;

vi.setConfig({ testTimeout: 300_000 });

beforeEach(({ skip }) => {
  skip(tracingObstacle !== undefined, tracingObstacle);
});

const limit = 60_000;

/** Returns a function that runs the program on a machine through another command. */
const running =
  (machine: Machine, args: readonly string[], given: Parameters<Machine['start']>[1] = {}): RunThrough =>
  async (through, env) =>
    await machine.start(args, { ...given, limit, through, env: { ...given.env, ...env } }).ended;

/** Copies the machine's configuration and home into new directories. */
async function copyOf(machine: Machine): Promise<Pick<Machine, 'directory' | 'configDirectory' | 'home'>> {
  const directory = await mkdtemp(join(machine.directory, 'copy-'));
  const [configDirectory, home] = [join(directory, 'config'), join(directory, 'home')];
  await Promise.all([
    cp(machine.configDirectory, configDirectory, { recursive: true }),
    cp(machine.home, home, { recursive: true }),
  ]);
  return { directory, configDirectory, home };
}

/** Calls `work` for each point, two at a time. */
async function forEachPoint(points: readonly KillPoint[], work: (point: KillPoint) => Promise<void>): Promise<void> {
  const left = [...points];
  const lane = async (): Promise<void> => {
    for (let point = left.shift(); point !== undefined; point = left.shift()) await work(point);
  };
  await Promise.all([lane(), lane()]);
}

/** Summarizes what the next `connect` will find, leaving out times and random names. */
const situation = ({ profiles, names }: Left): string =>
  JSON.stringify([
    names.map((name) => name.replace(/[0-9a-f]{12,}/, '')),
    profiles.map(({ journal, tokens, shops }) => [Object.keys(journal.done), tokens === undefined, shops]),
  ]);

describe('kill -9 at every system call that changes a file', () => {
  test('during connect: the store can be read, and the same command then finishes', async ({ onTestFinished }) => {
    const fresh = async (after: After): Promise<Journey & { readonly run: RunThrough }> => {
      const journey = await freshJourney(after);
      await mkdir(journey.machine.configDirectory, { mode: 0o700 });
      return { ...journey, run: running(journey.machine, journey.connect, journey.secret) };
    };
    const first = await fresh(onTestFinished);
    const points = await killPoints(first.machine, first.run);
    expect(points.length).toBeGreaterThan(60);
    const finished = new Set<string>();
    await forEachPoint(points, async (point) => {
      const clean: (() => unknown)[] = [];
      const { machine, shop, connect, secret, run } = await fresh((work) => void clean.push(work));
      await killAt(point, run);

      const left = await readLeft(machine, point);
      expect(left.profiles.length).toBeLessThanOrEqual(1);
      const [profile] = left.profiles;
      if (profile?.tokens !== undefined) expect(shop.secrets).toContain(profile.tokens.accessToken.reveal());

      const found = situation(left);
      if (!finished.has(found)) {
        finished.add(found);
        const again = await machine.run([...connect, '--json'], { ...secret, limit });
        expect(again, JSON.stringify(point) + again.stderr + again.stdout).toMatchObject({ exitCode: 0 });
        expect((await readLeft(machine, point)).profiles.map(isConnected)).toEqual([true]);
        expect(await readdir(machine.configDirectory)).toEqual(['connections']);
      }
      expect(shop.violations).toEqual([]);
      for (const work of clean.reverse()) await work();
    });
    expect(finished.size).toBeGreaterThan(10);
  });

  test('during a refresh: the store has the old tokens or the new ones', async ({ onTestFinished }) => {
    // Tokens so short-lived that every call refreshes them.
    const { machine, shop } = await connectedJourney(onTestFinished, { accessTokenLifetime: 300 });
    const run = running(machine, ['token']);
    const points = await killPoints(machine, run);
    expect(points.length).toBeGreaterThan(10);
    for (const point of points) {
      await killAt(point, run);
      const { profiles } = await readLeft(machine, point);
      expect(profiles.map(isConnected), JSON.stringify(point)).toEqual([true]);
      expect(shop.secrets).toContain(profiles[0]?.tokens?.accessToken.reveal());
      expect(shop.secrets).toContain(profiles[0]?.tokens?.refreshToken.reveal());
    }
    const last = await machine.run(['token'], { limit });
    expect(last, last.stderr).toMatchObject({ exitCode: 0 });
    expect(await readdir(machine.configDirectory)).toEqual(['connections']);
    expect(shop.violations).toEqual([]);
  });

  test('during disconnect: the profile is complete or gone, and the rest can be removed', async ({
    onTestFinished,
  }) => {
    const { machine } = await connectedJourney(onTestFinished);
    const disconnect = ['disconnect', '--yes'];
    const onCopy = async () => {
      const place = await copyOf(machine);
      const env = { HOME: place.home, OTTOKIT_TIKTOK_CONFIG_DIR: place.configDirectory };
      return { place, env, run: running(machine, disconnect, { env }) };
    };
    const first = await onCopy();
    const points = await killPoints(first.place, first.run);
    expect(points.length).toBeGreaterThan(8);
    for (const point of points) {
      const { place, env, run } = await onCopy();
      await killAt(point, run);

      const { profiles, names } = await readLeft(place, point);
      if (profiles.length > 0) expect(profiles.map(isConnected), JSON.stringify(point)).toEqual([true]);

      const again = await machine.run(disconnect, { env, limit });
      expect(again, JSON.stringify(point) + again.stderr).toMatchObject({
        exitCode: names.includes('connections') ? 0 : 1,
      });
      expect(await readdir(place.configDirectory)).toEqual(names.includes('connections') ? [] : expect.any(Array));
      expect((await readLeft(place, point)).profiles).toEqual([]);
      await rm(place.directory, { recursive: true });
    }
    expect(await stateOf(machine)).toBe('connected');
  });

  test('while the key is moved to the keychain or back: one of the two keys opens the store', async ({
    skip,
    onTestFinished,
  }) => {
    skip(sessionObstacle !== undefined, sessionObstacle);
    const { env } = await startSession(onTestFinished);
    const { machine } = await connectedJourney(onTestFinished);
    const move = (to: string): RunThrough => running(machine, ['store', 'move', to], { env });
    for (const [to, back] of [
      ['keychain', 'key-file'],
      ['key-file', 'keychain'],
    ] as const) {
      const points = await killPoints(machine, move(to));
      expect(points.length).toBeGreaterThan(6);
      for (const point of points) {
        expect(await move(back)([], {}), JSON.stringify(point)).toMatchObject({ exitCode: 0 });
        await killAt(point, move(to));
        const { profiles } = await readLeft(machine, point, env);
        expect(profiles.map(isConnected), JSON.stringify(point)).toEqual([true]);
      }
      expect(await move(to)([], {})).toMatchObject({ exitCode: 0 });
    }
    const last = await machine.run(['disconnect', '--yes'], { env, limit });
    expect(last, last.stderr).toMatchObject({ exitCode: 0 });
    expect(await readdir(machine.configDirectory)).toEqual([]);
  });
});
