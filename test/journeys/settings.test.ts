import { execFileSync } from 'node:child_process';
import { chmod, chown, readdir, stat, readFile, writeFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freePort, newMachine, type Machine } from './machine.ts';
import { document, errorOf } from './run.ts';
import { connectedJourney, connectFlags, freshJourney } from './journey.ts';
import { openTunnel } from './tunnel.ts';
import { modeHere, noModes, noShell, noSignals, onWindows } from '../tools/systems.ts';

const fileOf = ({ configDirectory }: Machine): string => join(configDirectory, 'settings.json');

async function write(machine: Machine, text: string | Buffer): Promise<void> {
  await mkdir(machine.configDirectory, { recursive: true });
  await writeFile(fileOf(machine), text);
}

describe('the profile that `use` chose', () => {
  test('is used by later commands, unless a flag or the environment names another', async ({ onTestFinished }) => {
    const { machine, shop } = await connectedJourney(onTestFinished, { env: { OTTOKIT_TIKTOK_PROFILE: 'shop-2' } });
    const env = { OTTOKIT_TIKTOK_PROFILE: undefined };
    expect(await machine.run(['token'], { env })).toMatchObject({ exitCode: 1, stdout: '' });

    expect(await machine.run(['use', 'shop-2'], { env })).toMatchObject({ exitCode: 0, stdout: '' });

    const token = document(await machine.run(['token', '--json'], { env }));
    expect(token).toMatchObject({ profile: 'shop-2' });
    expect(shop.secrets).toContain(token['accessToken']);
    const byFlag = await machine.run(['token', '--profile', 'other', '--json'], { env });
    expect(errorOf(byFlag).message).toContain('“other”');
    const byVariable = await machine.run(['token', '--json'], { env: { OTTOKIT_TIKTOK_PROFILE: 'another' } });
    expect(errorOf(byVariable).message).toContain('“another”');
    const kept = await readFile(fileOf(machine), 'utf8');
    for (const secret of shop.secrets) expect(kept).not.toContain(secret);
  });

  test('doesn’t have to exist yet, but a warning says so if it doesn’t', async ({ onTestFinished }) => {
    const machine = await newMachine(onTestFinished);
    const run = await machine.run(['use', 'shop-2']);
    expect(run).toMatchObject({ exitCode: 0 });
    expect(run.stderr).toMatch(/No profile named “shop-2”/);
    expect(await machine.run(['use', '../x'])).toMatchObject({ exitCode: 2 });
  });

  test('is named in the command that the warning suggests, because the environment may name another', async ({
    onTestFinished,
  }) => {
    const machine = await newMachine(onTestFinished, { OTTOKIT_TIKTOK_PROFILE: 'other' });
    const { stderr } = await machine.run(['use', 'shop-2']);
    expect(stderr).toContain('To set it up, run `ottokit-tiktok connect --profile shop-2`.');
  });
});

test.for(['settings', 'environment'])(
  'suggested commands name the profile “default” if another one is set in the %s',
  async (by, { onTestFinished }) => {
    const machine = await newMachine(onTestFinished, by === 'environment' ? { OTTOKIT_TIKTOK_PROFILE: 'shop-2' } : {});
    if (by === 'settings') await machine.run(['use', 'shop-2']);
    const flags = ['--profile', 'default'];
    const wanted = '`ottokit-tiktok connect --profile default`';
    expect((await machine.run(['token', ...flags])).stderr).toContain(wanted);
    expect(errorOf(await machine.run(['token', ...flags, '--json'])).fix).toContain(wanted);
    expect((await machine.run(['doctor', '--offline', ...flags])).stdout).toContain(wanted);
    expect((await machine.run(['token'])).stderr).not.toContain(wanted);
  },
);

test('status suggests the default profile if there is none, or the one that it was asked for', async ({
  onTestFinished,
}) => {
  const machine = await newMachine(onTestFinished);
  await machine.run(['use', 'shop-2']);
  expect((await machine.run(['status'])).stdout).toContain('`ottokit-tiktok connect`');
  expect((await machine.run(['status', '--profile', 'sh*'])).stderr).toContain('`ottokit-tiktok connect`');
  expect((await machine.run(['status', '--profile', 'x'])).stderr).toContain('`ottokit-tiktok connect --profile x`');
});

test.for([['--all'], ['--profile', 'def*']])(
  'doctor %s names the profile “default” in its commands if another one is set in the settings',
  async (flags, { onTestFinished }) => {
    const { machine } = await connectedJourney(onTestFinished);
    await machine.run(['use', 'shop-2']);
    const { stdout } = await machine.run(['doctor', '--offline', '--json', ...flags]);
    const commands = stdout.match(/`ottokit-tiktok connect[^`]*`/g) ?? [];
    expect(commands.length, stdout).toBeGreaterThan(0);
    for (const command of commands) expect(command).toContain('--profile default');
  },
);

describe('`settings`', () => {
  test('creates files that belong to the user, even with sudo', async ({ onTestFinished, skip }) => {
    skip(process.getuid?.() !== 0, 'only root can give files to other users');
    const machine = await newMachine(onTestFinished);
    await chown(machine.directory, 12_345, 12_345);
    await machine.run(['use', 'shop-2']);
    await machine.run(['settings', 'set', 'port', '8800']);
    for (const path of [machine.configDirectory, fileOf(machine)])
      expect(await stat(path), path).toMatchObject({ uid: 12_345, gid: 12_345 });
  });

  test('stores values privately, shows them, and deletes them', async ({ onTestFinished }) => {
    const machine = await newMachine(onTestFinished);
    expect(await machine.run(['settings', 'set', 'port', '8800'])).toMatchObject({ exitCode: 0, stdout: '' });
    expect(document(await machine.run(['settings', 'set', 'accessible', 'true', '--json']))).toEqual({
      key: 'accessible',
      value: true,
    });
    expect((await stat(fileOf(machine))).mode & 0o777).toBe(modeHere(0o600));
    expect((await stat(machine.configDirectory)).mode & 0o777).toBe(modeHere(0o700));
    expect((await machine.run(['settings', 'get', 'port'])).stdout).toBe('8800\n');
    expect(document(await machine.run(['settings', '--json']))).toEqual({
      path: fileOf(machine),
      settings: { profile: null, capture: null, browser: null, port: 8800, accessible: true },
    });
    expect((await machine.run(['settings'])).stdout).toMatch(/^port: 8800$/m);
    await machine.run(['settings', 'unset', 'port']);
    expect(document(await machine.run(['settings', 'get', 'port', '--json']))).toEqual({ key: 'port', value: null });
    expect((await machine.run(['settings', 'path'])).stdout).toBe(`${fileOf(machine)}\n`);
  });

  test('keeps values that only another version of the program understands', async ({ onTestFinished }) => {
    const machine = await newMachine(onTestFinished);
    await write(machine, '\uFEFF{"later": {"x": 1}, "port": "8800"}\r\n');
    expect(await machine.run(['settings', 'set', 'capture', 'paste'])).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(await readFile(fileOf(machine), 'utf8'))).toEqual({
      later: { x: 1 },
      port: '8800',
      capture: 'paste',
    });
  });
});

test('settings that several processes change at the same time are all stored', async ({ onTestFinished }) => {
  const machine = await newMachine(onTestFinished);
  const lines = [
    'use a',
    ...['browser none', 'capture paste', 'port 80', 'accessible true'].map((it) => `settings set ${it}`),
  ];
  const runs = await Promise.all(lines.map((line) => machine.run(line.split(' '))));
  for (const run of runs) expect(run, run.stderr).toMatchObject({ exitCode: 0 });
  const stored = { profile: 'a', browser: 'none', capture: 'paste', port: 80, accessible: true };
  expect(JSON.parse(await readFile(fileOf(machine), 'utf8'))).toEqual(stored);
  expect(await readdir(machine.configDirectory)).toEqual(['settings.json']);
});

test('connect makes the directory private even if a setting was stored there first', async ({
  onTestFinished,
  skip,
}) => {
  skip(onWindows, noModes);
  const { machine, connect, secret } = await freshJourney(onTestFinished);
  await mkdir(machine.configDirectory);
  await chmod(machine.configDirectory, 0o775);
  expect(await machine.run(['use', 'default'])).toMatchObject({ exitCode: 0 });

  const run = await machine.run([...connect, '--json'], secret);

  expect(run, run.stderr + run.stdout).toMatchObject({ exitCode: 0 });
  expect((await stat(machine.configDirectory)).mode & 0o777).toBe(0o700);
});

describe('a damaged settings file', () => {
  test('in UTF-16, as PowerShell’s `>` writes it, causes an error that asks for UTF-8', async ({ onTestFinished }) => {
    const machine = await newMachine(onTestFinished);
    await write(machine, Buffer.from('\ufeff{"profile":"shop-2"}', 'utf16le'));
    expect(errorOf(await machine.run(['settings', 'list', '--json'])).message).toContain('UTF-8');
  });

  test.for([
    '{"profile": "secret-looking',
    '[]',
    'null',
    '',
    '{"port": 99999999}',
    '{"profile": {}}',
    '{"profile": null}',
    '{"port": [8080]}',
    '{"port": {"toString": null}}',
  ])('(%s) is named in the error, but neither quoted nor changed', async (text, { onTestFinished }) => {
    const machine = await newMachine(onTestFinished);
    await write(machine, text);
    const command = text.startsWith('{"port') ? 'settings get port' : 'token';
    for (const line of ['settings list', command]) {
      const run = await machine.run([...line.split(' '), '--json']);
      expect(run, line).toMatchObject({ exitCode: 1, stderr: expect.not.stringContaining('    at ') as string });
      expect(errorOf(run), line).toMatchObject({
        code: 'settings-unreadable',
        message: expect.stringContaining(fileOf(machine)) as string,
      });
      expect(run.stdout).not.toContain('secret-looking');
    }
    const shown = await machine.run(['settings']);
    expect(shown.stderr.split('It was left unchanged')).toHaveLength(2);
    if (!text.startsWith('{"p')) expect(await machine.run(['use', 'a'])).toMatchObject({ exitCode: 1 });
    expect(await readFile(fileOf(machine), 'utf8')).toBe(text);
    const status = await machine.run(['status', '--json']);
    expect(document(status)).toMatchObject({ profiles: [] });
    expect(status.stderr).toContain(fileOf(machine));
  });

  test('with one invalid setting doesn’t stop commands that don’t need it', async ({ onTestFinished }) => {
    const machine = await newMachine(onTestFinished);
    await write(machine, '{"port": 0, "accessible": 3, "profile": "shop-2"}');
    const token = await machine.run(['token', '--json']);
    expect(errorOf(token)).toMatchObject({
      code: 'profile-unknown',
      message: expect.stringContaining('shop-2') as string,
    });
    const doctor = await machine.run(['doctor', '--offline', '--json']);
    expect(doctor).toMatchObject({ exitCode: 0 });
    for (const { stderr } of [token, doctor]) {
      expect(stderr).toContain(
        `The setting port in ${fileOf(machine)} is ignored, because it must be a number from 1 to 65535`,
      );
      expect(stderr).toContain(
        `The setting accessible in ${fileOf(machine)} is ignored, because it must be true or false.`,
      );
    }
    const profile = await machine.run(['settings', 'get', 'profile']);
    expect(profile).toMatchObject({ exitCode: 0, stdout: 'shop-2\n', stderr: '' });
  });

  test.for([
    ['set capture paste', 'paste', { port: 0, profile: '.x', capture: 'paste' }],
    ['set port 80', 80, { port: 80, profile: '.x' }],
    ['unset port', null, { profile: '.x' }],
  ] as const)('can be repaired one setting at a time: %s', async ([change, value, kept], { onTestFinished }) => {
    const machine = await newMachine(onTestFinished);
    await write(machine, '{"port": 0, "profile": ".x"}');
    const run = await machine.run(['settings', ...change.split(' '), '--json']);
    expect(run, run.stdout).toMatchObject({ exitCode: 0 });
    expect(document(run)).toEqual({ key: change.split(' ')[1], value });
    expect(JSON.parse(await readFile(fileOf(machine), 'utf8'))).toEqual(kept);
  });

  test('that is a FIFO is reported at once', async ({ onTestFinished, skip }) => {
    skip(onWindows, noShell);
    const machine = await newMachine(onTestFinished);
    await mkdir(machine.configDirectory, { recursive: true });
    execFileSync('mkfifo', [fileOf(machine)]);
    for (const line of ['token', 'settings list', 'settings set port 8800', 'use a']) {
      const run = await machine.start([...line.split(' '), '--debug'], { limit: 20_000 }).ended;
      expect(run, line).toMatchObject({ exitCode: 1 });
      expect(run.stderr, line).toContain('it isn’t a regular file');
    }
  });
});

describe('the port setting', () => {
  test('is used for a Redirect URL that is forwarded to this computer', async ({ onTestFinished }) => {
    const [tunnelPort, port] = [await freePort(), await freePort()];
    await openTunnel(onTestFinished, { tunnelPort, to: port, host: 'tunnel.example.com' });
    const { machine, shop, secret } = await freshJourney(onTestFinished, { port: tunnelPort });
    await write(machine, JSON.stringify({ port }));
    const run = await machine.run(connectFlags(shop.app, 'https://tunnel.example.com/callback'), secret);
    expect(run, run.stderr).toMatchObject({ exitCode: 0 });
  });

  test('is ignored for a Redirect URL on this computer and for OttoKit’s', async ({ onTestFinished }) => {
    const { machine, shop, connect, secret } = await freshJourney(onTestFinished);
    await write(machine, JSON.stringify({ port: await freePort() }));
    const local = await machine.run(connect, secret);
    expect(local, local.stderr).toMatchObject({ exitCode: 0 });
    const ottokits = connectFlags(shop.app, 'https://api.ottokit.com/tiktok_shop/connection');
    const run = await machine.run([...ottokits, '--profile', 'shop-2', '--no-browser', '--json'], secret);
    expect(errorOf(run)).toMatchObject({ code: 'capture-impossible' });
  });
});

test.for([
  ['unset', undefined],
  ['empty', ''],
] as const)('the browser setting applies if BROWSER is %s', async ([, BROWSER], { onTestFinished }) => {
  const { machine, connect, secret } = await freshJourney(onTestFinished);
  await write(machine, JSON.stringify({ browser: machine.browser }));
  const run = await machine.run([...connect, '--timeout', '0.1'], { env: { BROWSER }, ...secret });
  expect(run, run.stderr).toMatchObject({ exitCode: 0 });
});

test('settings apply unless a flag or the environment says otherwise', async ({ onTestFinished, skip }) => {
  const { machine, connect, secret } = await freshJourney(onTestFinished);
  await write(machine, JSON.stringify({ browser: 'none', capture: 'paste', accessible: true }));
  const env = { BROWSER: undefined };
  const paste = await machine.run([...connect, '--json'], { env, ...secret });
  const fix = expect.stringContaining('--capture auto') as string;
  expect(errorOf(paste)).toMatchObject({ code: 'capture-impossible', fix });
  skip(onWindows, noSignals);
  const running = machine.start([...connect, '--capture=auto', '--json'], { env, ...secret });
  await running.seen(/open\/authorize/);
  running.kill('SIGINT');
  const run = await running.ended;
  expect(run.exitCode).toBe(130);
  expect(errorOf(run)).toMatchObject({ code: 'interrupted' });
});
