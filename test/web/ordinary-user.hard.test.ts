import { spawn } from 'node:child_process';
import { chown, mkdir, readdir, readFile } from 'node:fs/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { processesWith, until } from '../browser/window.ts';
import { document, errorOf } from '../journeys/run.ts';
import { windowProfile } from './driven-browser.ts';
import { ordinaryUser } from './ordinary-user.ts';

// A browser is slow while many programs run.
vi.setConfig({ testTimeout: 90_000 });

/** Policies that forbid features the window doesn't use. */
const againstDebugging = { RemoteDebuggingAllowed: false, DeveloperToolsAvailability: 2 };

test.for([
  ['Chromium under policies against debugging', '/usr/bin/chromium', ['--no-first-run', '--user-data-dir=']],
  ['Firefox', '/usr/bin/firefox-esr', ['--profile', '']],
] as const)(
  'in %s, no page detects automation, OttoKit receives nothing, and nothing is left behind',
  async ([title, path, plainFlags]) => {
    const [name = ''] = title.split(' ');
    const computer = await ordinaryUser(againstDebugging);
    const { machine, connect, secret, through, signals, simulator } = computer;
    const env = { CHROME_PATH: path };
    const running = machine.start(connect, { ...secret, through, env, limit: 80_000 });
    const profile = await windowProfile(machine.temporaryDirectory);
    await until('TikTok Shop’s page sent its signals', () => signals.length > 0);
    await computer.picture(`${name}-tiktok-shop`);
    const nonce = /api\.ottokit\.com\/([\w-]{22})/.exec(await readFile(`${profile}/start.html`, 'utf8'))?.[1];
    const [state] = /state=[\w-]+/.exec((await running.seen(/\/open\/authorize\S+/))[0]) ?? [];
    const processes = await processesWith(profile);
    expect(processes.length).toBeGreaterThan(0);
    for (const { args } of processes) {
      for (const secretPart of [nonce, state]) expect(args).not.toContain(secretPart);
      expect(args).not.toMatch(/remote-debugging|automation|no-sandbox|ignore-certificate|host-resolver|marionette/);
    }
    computer.approve();
    const [code = 'no code'] = simulator.issued.codes;
    await until('our page is shown', async () => {
      expect(await processesWith(code)).toEqual([]);
      return (await computer.titles()).includes('connected');
    });
    await computer.picture(`${name}-our-page`);
    const run = await running.ended;
    expect(run, run.stderr).toMatchObject({ exitCode: 0 });
    expect(document(run)).toMatchObject({ redirectUrl: 'https://api.ottokit.com/tiktok_shop/connection' });
    expect(await computer.sunk()).toBe('');
    expect(await readdir(machine.temporaryDirectory)).toEqual([]);
    expect(await processesWith(profile)).toEqual([]);

    const [command = '', ...before] = through;
    const flags = plainFlags.map((flag) => (/=$|^$/.test(flag) ? `${flag}${machine.directory}/plain` : flag));
    const plainEnv = { PATH: process.env['PATH'], HOME: machine.home, DISPLAY: computer.screen };
    await mkdir(`${machine.directory}/plain`);
    await chown(`${machine.directory}/plain`, 65_534, 65_534);
    const plain = spawn(command, [...before, path, ...flags, computer.plain.origin], {
      env: plainEnv,
      stdio: 'ignore',
    });
    onTestFinished(() => void plain.kill('SIGTERM'));
    await until('the plain browser’s page sent its signals', () => signals.length > 1);
    expect(signals[0]).toEqual({ webdriver: 'false', chrome: signals[1]?.chrome });
  },
);

test('under a proxy policy, the window is closed before any authorization request, and the reason is given', async () => {
  const computer = await ordinaryUser({ ProxySettings: { ProxyMode: 'direct' } });
  computer.approve();
  const { machine, connect, secret, through, simulator, signals } = computer;
  const run = await machine.start(connect, {
    ...secret,
    through,
    env: { CHROME_PATH: '/usr/bin/chromium' },
    limit: 80_000,
  }).ended;
  expect(run).toMatchObject({ exitCode: 2 });
  expect(errorOf(run)).toMatchObject({
    code: 'capture-impossible',
    message: expect.stringMatching(/didn’t use this program’s proxy in time, perhaps because of a policy/) as string,
  });
  expect(signals).toEqual([]);
  expect(simulator.issued.accessTokens).toEqual([]);
  expect(await computer.sunk()).not.toMatch(/code|state/);
  expect(await readdir(machine.temporaryDirectory)).toEqual([]);
});

test('a window whose program was killed says so, sends nothing to OttoKit, and leaves nothing once it is closed', async () => {
  const computer = await ordinaryUser();
  const { machine, connect, secret, through, signals } = computer;
  const running = machine.start(connect, {
    ...secret,
    through,
    env: { CHROME_PATH: '/usr/bin/chromium' },
    limit: 80_000,
  });
  const profile = await windowProfile(machine.temporaryDirectory);
  await until('TikTok Shop’s page sent its signals', () => signals.length > 0);
  const { program, browser } = JSON.parse(await readFile(`${profile}/owner.json`, 'utf8')) as Record<
    string,
    { pid: number }
  >;
  process.kill(program?.pid ?? 0, 'SIGKILL');
  await running.ended;
  computer.approve();
  await until('the window says so', async () => (await computer.titles()).includes('ottokit-tiktok has stopped'));
  await computer.picture('program-killed');
  expect(await computer.sunk()).toBe('');
  process.kill(browser?.pid ?? 0, 'SIGTERM');
  await until('the profile is gone', async () => (await readdir(machine.temporaryDirectory)).length === 0);
  expect(await processesWith('window-keeper')).toEqual([]);
});
