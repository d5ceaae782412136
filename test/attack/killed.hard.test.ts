import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test as anyTest, vi } from 'vitest';
import { isConnected } from '../../src/store/model/profile.ts';
import type { After, Machine } from '../journeys/machine.ts';
import { connectedSetting, foreignSetting, stateOf } from '../journeys/setting.ts';
import { sessionLacks, startSession } from '../store/keys/keychain/secret-service.ts';
import { anyMoment, killAt, readLeft, rounds } from './killed.ts';

const test = anyTest.concurrent;
const each = Math.ceil(rounds / 4);

vi.setConfig({ testTimeout: 60_000 + rounds * 5_000 });

const limit = 60_000;

/** The same connected machine again, in directories of its own. */
async function copyOf(machine: Machine): Promise<Pick<Machine, 'configDirectory' | 'home'>> {
  const copy = await mkdtemp(join(machine.directory, 'copy-'));
  const [configDirectory, home] = [join(copy, 'config'), join(copy, 'home')];
  await Promise.all([
    cp(machine.configDirectory, configDirectory, { recursive: true }),
    cp(machine.home, home, { recursive: true }),
  ]);
  return { configDirectory, home };
}

describe(`kill -9 at ${String(rounds)} moments`, () => {
  test('of connect: what is there can be read, and the same command finishes', async ({ onTestFinished }) => {
    let duration = 1_500;
    for (let round = 0; round < each; round += 1) {
      const clean: (() => unknown)[] = [];
      const after: After = (work) => void clean.push(work);
      onTestFinished(async () => {
        for (const work of clean.splice(0).reverse()) await work();
      });
      const { machine, shop, connect, secret } = await foreignSetting(after);
      await mkdir(machine.configDirectory, { mode: 0o700 });
      const moment = anyMoment(round, duration);
      await killAt(moment, machine.configDirectory, () => machine.start(connect, { ...secret, limit }));

      const { profiles } = await readLeft(machine, moment);
      expect(profiles.length).toBeLessThanOrEqual(1);
      const [left] = profiles;
      if (left?.tokens !== undefined) expect(shop.secrets).toContain(left.tokens.accessToken.reveal());

      const again = await machine.run([...connect, '--json'], { ...secret, limit });
      expect(again, JSON.stringify(moment) + again.stderr + again.stdout).toMatchObject({ exitCode: 0 });
      duration = again.duration;
      expect((await readLeft(machine, moment)).profiles.map(isConnected)).toEqual([true]);
      expect(shop.violations).toEqual([]);
      for (const work of clean.splice(0).reverse()) await work();
    }
  });

  test('of a refresh: the old tokens or the new ones are there', async ({ onTestFinished }) => {
    // So short a life that every call refreshes.
    const { machine, shop } = await connectedSetting(onTestFinished, { accessTokenLifetime: 300 });
    const refresh = ['token'];
    const { duration } = await machine.run(refresh, { limit });
    for (let round = 0; round < each; round += 1) {
      const moment = anyMoment(round, duration);
      await killAt(moment, machine.configDirectory, () => machine.start(refresh, { limit }));
      const { profiles } = await readLeft(machine, moment);
      expect(profiles.map(isConnected), JSON.stringify(moment)).toEqual([true]);
      expect(shop.secrets).toContain(profiles[0]?.tokens?.accessToken.reveal());
      expect(shop.secrets).toContain(profiles[0]?.tokens?.refreshToken.reveal());
    }
    const last = await machine.run(refresh, { limit });
    expect(last, last.stderr).toMatchObject({ exitCode: 0 });
    expect(await readdir(machine.configDirectory)).toEqual(['connections']);
    expect(shop.violations).toEqual([]);
  });

  test('of disconnect: the profile is there or not, and the rest can be removed', async ({ onTestFinished }) => {
    const { machine } = await connectedSetting(onTestFinished);
    let duration = 500;
    for (let round = 0; round < each; round += 1) {
      const place = await copyOf(machine);
      const env = { HOME: place.home, OTTOKIT_TIKTOK_CONFIG_DIR: place.configDirectory };
      const moment = anyMoment(round, duration);
      await killAt(moment, place.configDirectory, () => machine.start(['disconnect', '--yes'], { env, limit }));

      const { profiles, names } = await readLeft(place, moment);
      if (profiles.length > 0) expect(profiles.map(isConnected), JSON.stringify(moment)).toEqual([true]);

      const again = await machine.run(['disconnect', '--yes'], { env, limit });
      expect(again, JSON.stringify(moment) + again.stderr).toMatchObject({
        exitCode: names.includes('connections') ? 0 : 1,
      });
      ({ duration } = again);
      expect(await readdir(place.configDirectory)).toEqual(names.includes('connections') ? [] : expect.any(Array));
      expect((await readLeft(place, moment)).profiles).toEqual([]);
      await rm(join(place.home, '..'), { recursive: true });
    }
    expect(await stateOf(machine)).toBe('connected');
  });

  test('of moving the key to and fro: one of the two keys opens the store', async ({ skip, onTestFinished }) => {
    skip(sessionLacks !== undefined, sessionLacks);
    const session = await startSession(onTestFinished);
    const { machine } = await connectedSetting(onTestFinished);
    const { env } = session;
    const move = (to: string): readonly string[] => ['store', 'move', to];
    const { duration } = await machine.run(move('keychain'), { env, limit });
    for (let round = 0; round < each; round += 1) {
      const moment = anyMoment(round, duration);
      const to = round % 4 < 2 ? 'key-file' : 'keychain';
      await killAt(moment, machine.configDirectory, () => machine.start(move(to), { env, limit }));
      const { profiles } = await readLeft(machine, moment, env);
      expect(profiles.map(isConnected), JSON.stringify(moment)).toEqual([true]);
    }
    const last = await machine.run(['disconnect', '--yes'], { env, limit });
    expect(last, last.stderr).toMatchObject({ exitCode: 0 });
    expect(await readdir(machine.configDirectory)).toEqual([]);
  });
});
