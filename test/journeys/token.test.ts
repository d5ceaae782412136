import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test as baseTest } from 'vitest';
import { filesBelow } from './machine.ts';
import { connectedJourney, shownSecrets, stateOf } from './journey.ts';
import { tracesIn } from './traces.ts';

const test = baseTest.concurrent;

const refresh = '/api/v2/token/refresh';
const week = 7 * 86_400;

baseTest(
  'of twenty processes that find an expired token, one refreshes it and all print the new one',
  async ({ onTestFinished }) => {
    const { machine, shop } = await connectedJourney(onTestFinished, { accessTokenLifetime: 1, rotates: true });
    shop.rules.accessTokenLifetime = week;
    const before = shop.count(refresh);
    const runs = await Promise.all(Array.from({ length: 20 }, () => machine.run(['token'], { limit: 45_000 })));
    expect(
      runs.map(({ exitCode }) => exitCode),
      runs.map(({ stderr }) => stderr).join(''),
    ).toEqual(Array(20).fill(0));
    expect(new Set(runs.map(({ stdout }) => stdout)).size).toBe(1);
    expect(shop.count(refresh)).toBe(before + 1);
    expect(runs[0]?.stdout.trimEnd()).toBe(shop.secrets.findLast((secret) => secret.length === 160));
  },
  60_000,
);

test('a process that starts during another’s refresh waits for it and doesn’t refresh again', async ({
  onTestFinished,
}) => {
  const { machine, shop } = await connectedJourney(onTestFinished, { accessTokenLifetime: 300 });
  shop.rules.accessTokenLifetime = week;
  const held = shop.hold(refresh);
  const first = machine.start(['token']);
  await held.arrived;
  const second = machine.start(['token']);
  // While the first holds the lock, commands that don't need it still work.
  expect(await stateOf(machine)).toBe('connected');
  held.release();
  const [one, two] = await Promise.all([first.ended, second.ended]);
  expect(one, one.stderr).toMatchObject({ exitCode: 0 });
  expect(two.stdout).toBe(one.stdout);
  expect(shop.count(refresh)).toBe(1);
});

test('if too few open files are allowed, a refresh fails with that reason and isn’t reported as sent', async ({
  onTestFinished,
  skip,
}) => {
  skip(process.platform !== 'linux', 'the number of files that Node itself needs differs');
  const { machine } = await connectedJourney(onTestFinished, { accessTokenLifetime: 1 });
  const limits = Array.from({ length: 10 }, (_, index) => String(index + 16));
  const runs = await Promise.all(
    limits.map((limit) => machine.run(['token'], { through: ['sh', '-c', `ulimit -n ${limit} && exec "$0" "$@"`] })),
  );
  const failed = runs.filter(({ stderr, exitCode }) => exitCode === 1 && !stderr.startsWith('node:'));
  expect(failed.length).toBeGreaterThan(0);
  for (const { stderr } of failed) {
    expect(stderr).toMatch(/open files/);
    expect(stderr).not.toMatch(/gave no answer/);
    expect(stderr).toMatch(/ulimit -n/);
  }
});

test('if too few open files are allowed, no lock is left behind', async ({ onTestFinished, skip }) => {
  skip(process.platform !== 'linux', 'the number of files that Node itself needs differs');
  const { machine } = await connectedJourney(onTestFinished, { accessTokenLifetime: 1 });
  for (let limit = 16; limit < 26; limit += 1) {
    await machine.run(['token'], {
      through: ['sh', '-c', `ulimit -n ${String(limit)} && exec "$0" "$@" </dev/null >/dev/null 2>&1`],
    });
    expect(await readdir(machine.configDirectory), `${String(limit)} files`).toEqual(['connections']);
  }
});

test.for(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)(
  'the new tokens are stored if %s arrives while TikTok Shop prepares its response',
  async (signal, { onTestFinished, skip }) => {
    skip(process.platform === 'win32', 'Windows has no signals');
    const { machine, shop } = await connectedJourney(onTestFinished, { accessTokenLifetime: 300, rotates: true });
    shop.rules.accessTokenLifetime = week;
    const held = shop.hold(refresh);
    const running = machine.start(['token']);
    await held.arrived;
    running.kill(signal);
    if (signal !== 'SIGHUP') await running.seen(/Waiting up to 15 seconds/);
    held.release();
    await running.ended;
    const next = await machine.run(['token']);
    expect(next, next.stderr).toMatchObject({ exitCode: 0 });
    expect(shop.count(refresh)).toBe(1);
  },
);

test('NODE_DEBUG doesn’t reveal the secrets in a request’s URL', async ({ onTestFinished }) => {
  const { machine, shop } = await connectedJourney(onTestFinished, { accessTokenLifetime: 300 });
  const run = await machine.run(['token'], { env: { NODE_DEBUG: 'undici,fetch,http,net' } });
  expect(run, run.stderr).toMatchObject({ exitCode: 0 });
  expect(run.stderr).toContain('NET ');
  expect(shownSecrets({ ...run, stdout: '' }, shop.secrets)).toEqual([]);
});

baseTest.for([
  ['under an address space limit', ['sh', '-c', 'ulimit -v 2097152 && exec "$0" "$@"']],
  ['without WebAssembly', ['sh', '-c', 'node=$0; exec "$node" --jitless "$@"']],
] as const)('%s, a refresh works and leaves no lock', async ([, through], { onTestFinished, skip }) => {
  skip(process.platform !== 'linux', 'only Linux limits the address space');
  const { machine, shop } = await connectedJourney(onTestFinished, { accessTokenLifetime: 300 });
  const run = await machine.run(['token'], { through });
  expect(run, run.stderr).toMatchObject({
    exitCode: 0,
    stderr: expect.not.stringMatching(/RangeError|lock/) as string,
  });
  expect(shop.count(refresh)).toBe(1);
  expect(await readdir(machine.configDirectory)).toEqual(['connections']);
});

describe('kill -9 during a refresh', () => {
  test('before the response keeps the old tokens, and the next run refreshes', async ({ onTestFinished }) => {
    const { machine, shop } = await connectedJourney(onTestFinished, { accessTokenLifetime: 300 });
    const old = await machine.run(['token', '--min-validity', '0']);
    shop.rules.accessTokenLifetime = week;
    const held = shop.hold(refresh);
    const running = machine.start(['token']);
    await held.arrived;
    running.kill('SIGKILL');
    await running.ended;
    held.release();
    expect(await stateOf(machine)).toBe('connected');
    expect((await machine.run(['token', '--min-validity', '0'])).stdout).toBe(old.stdout);
    const next = await machine.run(['token']);
    expect(next, next.stderr).toMatchObject({ exitCode: 0 });
    expect(next.stdout).not.toBe(old.stdout);
  });

  test.for([0, 4, 8, 16, 32, 64])(
    '%i event-loop turns after the response leaves either the old or the new tokens',
    async (turns, { onTestFinished }) => {
      const { machine, shop } = await connectedJourney(onTestFinished, { accessTokenLifetime: 300 });
      const old = await machine.run(['token', '--min-validity', '0']);
      shop.rules.accessTokenLifetime = week;
      const held = shop.hold(refresh);
      const running = machine.start(['token']);
      await held.arrived;
      held.release();
      for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      running.kill('SIGKILL');
      await running.ended;
      expect(await stateOf(machine)).toBe('connected');
      const after = await machine.run(['token', '--min-validity', '0']);
      expect(after, after.stderr).toMatchObject({ exitCode: 0 });
      const given = shop.secrets.filter((secret) => secret.length === 160);
      expect(given).toHaveLength(2);
      expect(given).toContain(after.stdout.trimEnd());
      expect(given[0]).toBe(old.stdout.trimEnd());
      for (const { path, bytes } of await filesBelow(machine.configDirectory)) {
        expect(tracesIn(bytes, shop.secrets), path).toEqual([]);
      }
    },
  );
});

test('a refreshed token that can’t be stored causes an error that says so, and the old one is kept', async ({
  onTestFinished,
}) => {
  const { machine, shop } = await connectedJourney(onTestFinished, { accessTokenLifetime: 300 });
  const old = await machine.run(['token', '--min-validity', '0']);
  const held = shop.hold(refresh);
  const running = machine.start(['token', '--json']);
  await held.arrived;
  // A directory in place of the store: no user can rename a file onto it.
  const store = join(machine.configDirectory, 'connections');
  const bytes = await readFile(store);
  await rename(store, `${store}.aside`);
  await mkdir(store);
  held.release();
  const run = await running.ended;
  expect(run.exitCode).toBe(1);
  expect(JSON.parse(run.stdout)).toMatchObject({ error: { code: 'tokens-not-stored' } });
  expect(shownSecrets(run, shop.secrets)).toEqual([]);
  await rm(store, { recursive: true });
  await rename(`${store}.aside`, store);
  expect(await readFile(store)).toEqual(bytes);
  expect((await machine.run(['token', '--min-validity', '0'])).stdout).toBe(old.stdout);
});
