import { chmod, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { startReferenceShop, type ReferenceShop } from '../journeys/reference-shop.ts';
import { freePort, newMachine, redirectUrlOn } from '../journeys/machine.ts';
import { connectedJourney, connectFlags, statusOf } from '../journeys/journey.ts';

vi.setConfig({ testTimeout: 180_000 });

const limit = 120_000;

test('nothing is lost if 8 processes connect 8 shops at once, refresh their tokens and disconnect half of them', async ({
  onTestFinished,
}) => {
  const machine = await newMachine(onTestFinished);
  const names = Array.from({ length: 8 }, (_, place) => `shop-${String(place)}`);
  const shops = await Promise.all(
    names.map(async (): Promise<{ shop: ReferenceShop; redirectUrl: string }> => {
      const redirectUrl = redirectUrlOn(await freePort());
      const shop = await startReferenceShop({ redirectUrl, rotates: true, accessTokenLifetime: 300 });
      onTestFinished(() => shop.close());
      return { shop, redirectUrl };
    }),
  );
  const allAtOnce = async (argsOf: (place: number) => readonly string[]): Promise<readonly string[]> => {
    const runs = await Promise.all(
      shops.map(({ shop }, place) => {
        const [args, env] = [argsOf(place), { OTTOKIT_TIKTOK_ORIGIN: shop.origin }];
        return machine.run(args, { env, limit, stdin: shop.app.appSecret });
      }),
    );
    for (const run of runs) expect(run, run.stderr + run.stdout).toMatchObject({ exitCode: 0 });
    return runs.map(({ stdout }) => stdout);
  };
  const profile = (place: number): readonly string[] => ['--profile', names[place] ?? ''];

  await allAtOnce((place) => {
    const { shop, redirectUrl } = shops[place] ?? expect.unreachable();
    return [...connectFlags(shop.app, redirectUrl), ...profile(place), '--json'];
  });
  const connected = await statusOf(machine);
  expect(connected.profiles.map(({ profile: name, appKey }) => [name, appKey])).toEqual(
    names.map((name, place) => [name, shops[place]?.shop.app.appKey]),
  );
  expect(new Set(connected.profiles.map(({ state }) => state))).toEqual(new Set(['connected']));

  // If another process had overwritten the new refresh token, the second refresh would be refused.
  for (const round of [1, 2]) {
    const tokens = await allAtOnce((place) => ['token', ...profile(place)]);
    tokens.forEach((token, place) => {
      expect(shops[place]?.shop.secrets).toContain(token.trimEnd());
      expect(shops[place]?.shop.count('/api/v2/token/refresh')).toBe(round);
    });
  }

  await allAtOnce((place) => (place % 2 === 0 ? ['disconnect', ...profile(place), '--yes'] : ['status']));
  const left = await statusOf(machine);
  expect(left.profiles.map(({ profile: name }) => name)).toEqual(names.filter((_, place) => place % 2 === 1));
  expect(await readdir(machine.configDirectory)).toEqual(['connections']);
  for (const { shop } of shops) expect(shop.violations).toEqual([]);
});

test('the first command that reads a store open to other users makes it private and says so', async ({
  onTestFinished,
}) => {
  const { machine } = await connectedJourney(onTestFinished);
  const [path, keys] = [
    join(machine.configDirectory, 'connections'),
    join(machine.home, '.local/share/ottokit-tiktok/keys'),
  ];
  const [name = ''] = await readdir(keys);
  const modeOf = async (file: string): Promise<number> => (await stat(file)).mode & 0o777;
  for (const args of [['status'], ['token'], ['doctor', 'permissions', '--fix']]) {
    await Promise.all([chmod(path, 0o644), chmod(join(keys, name), 0o666)]);
    const run = await machine.run(args);
    expect(run.exitCode, run.stderr).toBe(0);
    expect(await Promise.all([path, join(keys, name)].map(modeOf)), args[0]).toEqual([0o600, 0o600]);
    expect(run.stderr, args[0]).toMatch(/[Oo]nly you can/);
    expect(run.stderr, args[0]).toContain(path);
  }
  // Without --fix, doctor only suggests it.
  await chmod(path, 0o644);
  const doctor = await machine.run(['doctor', 'permissions']);
  expect(doctor.stdout).toContain('--fix');
});
