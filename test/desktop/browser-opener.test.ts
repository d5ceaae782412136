import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { browserCommands, openBrowser, spawnCommand } from '../../src/desktop/browser-opener.ts';
import { hasScreen, takeEnvironment } from '../../src/ground/env.ts';
import { makeClock } from '../../src/ground/clock.ts';
import type { Clock } from '../../src/ground/io.ts';
import { noNotDirectory, noShell, onWindows } from '../tools/systems.ts';

const address = 'https://services.tiktokshop.com/open/authorize?service_id=7&state=a%20b';
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ottokit-tiktok-browser '));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

/** Writes a script to use in place of a browser; `$out` is a file for its output. */
async function script(name: string, body: string): Promise<string> {
  const file = join(directory, name);
  await writeFile(file, `#!/bin/sh\nout='${file}.out'\n${body}\n`);
  await chmod(file, 0o755);
  return file;
}

/** A clock that never reaches the limit, for openers that exit by themselves, even on a busy machine. */
const endless: Clock = { ...makeClock(), sleep: () => new Promise(() => undefined) };

const openWith =
  (env: Record<string, string>, clock = endless) =>
  (url: string) =>
    openBrowser(url, { env: { PATH: process.env['PATH'] ?? '', ...env }, platform: 'linux', clock });

/** Returns the file's contents once the detached program has written it. */
async function written(file: string): Promise<string> {
  await expect.poll(() => existsSync(file), { timeout: 25_000 }).toBe(true);
  return await readFile(file, 'utf8');
}

describe('the browser named in BROWSER', () => {
  test('is started with the address as its only argument, without a shell', async ({ skip }) => {
    skip(onWindows, noShell);
    const file = await script('browser', 'printf "%s|" "$#" "$@" > "$out.part"; mv "$out.part" "$out"');

    expect(await openWith({ BROWSER: file })(`${address}&x=$(id)`)).toEqual({ opened: true });
    expect(await written(`${file}.out`)).toBe(`1|${address}&x=$(id)|`);
  });

  test('gets none of our variables, but all others', async ({ skip }) => {
    skip(onWindows, noShell);
    const file = await script('browser', 'env > "$out.part"; mv "$out.part" "$out"');

    await openWith({ BROWSER: file, OTTOKIT_TIKTOK_APP_SECRET: 's', ottokit_tiktok_passphrase: 'p', KEPT: 'k' })(
      address,
    );

    const env = await written(`${file}.out`);
    expect(env).toContain('KEPT=k');
    expect(env).not.toMatch(/ottokit_tiktok/iu);
  });

  test('may have arguments, and a placeholder for the address', async ({ skip }) => {
    skip(onWindows, noShell);
    await script('browser', 'printf "%s|" "$@" > "$out.part"; mv "$out.part" "$out"');
    const path = join(directory, 'browser');
    const linked = await mkdtemp(join(tmpdir(), 'ottokit-tiktok-link-'));
    await symlink(path, join(linked, 'browser'));

    await openWith({ BROWSER: `${join(linked, 'browser')} --app=%s --new` })(address);

    expect(await written(`${path}.out`)).toBe(`--app=${address}|--new|`);
    await rm(linked, { recursive: true });
  });

  test('that fails is followed by the next one', async ({ skip }) => {
    skip(onWindows, noShell);
    const failing = await script('failing', 'exit 7');
    const working = await script('working', ': > "$out"');

    const open = openWith({ BROWSER: `${join(directory, 'missing')}:${failing}:${working}` });

    expect(await open(address)).toEqual({ opened: true });
    expect(existsSync(`${working}.out`)).toBe(true);
  });

  test('that fails at once is reported', async ({ skip }) => {
    skip(onWindows, noShell);
    const file = await script('browser', 'exit 3');
    expect(await openWith({ BROWSER: file })(address)).toEqual({
      opened: false,
      why: 'its launcher exited with code 3',
    });
  });

  test('that doesn’t exist is reported', async () => {
    expect(await openWith({ BROWSER: join(directory, 'missing') })(address)).toEqual({
      opened: false,
      why: 'its launcher couldn’t be started (ENOENT)',
    });
  });

  test('that can’t even be spawned is reported too', async ({ skip }) => {
    skip(onWindows, noNotDirectory);
    expect(await openWith({ BROWSER: '/etc/passwd/browser' })(address)).toEqual({
      opened: false,
      why: 'its launcher couldn’t be started (ENOTDIR)',
    });
  });

  test('that keeps running counts as opened after a second', async ({ skip }) => {
    skip(onWindows, noShell);
    const file = await script('browser', 'echo $$ > "$out.part"; mv "$out.part" "$out"; exec sleep 60');

    expect(await openWith({ BROWSER: file }, makeClock())(address)).toEqual({ opened: true });

    process.kill(Number(await written(`${file}.out`)));
  });

  test.for(['none', ' None '])('isn’t opened, and neither is any other, if the name is %j', async (value) => {
    expect(await openWith({ BROWSER: value, DISPLAY: ':0' })(address)).toMatchObject({ opened: false });
  });
});

describe('without BROWSER', () => {
  test('nothing is started if there is no display', async () => {
    expect(await openWith({ DISPLAY: '', TERM: 'xterm' })(address)).toEqual({
      opened: false,
      why: 'this terminal has no graphical display',
    });
  });
});

test.for(['file:///etc/passwd', 'javascript:alert(1)', '--help', ''])('%j is never given to a browser', async (url) => {
  const file = await script('browser', ': > "$out"');
  expect(await openWith({ BROWSER: file })(url)).toMatchObject({ opened: false });
  expect(existsSync(`${file}.out`)).toBe(false);
});

test('our variables are removed from the process’s environment and kept for the program', () => {
  const processEnv: Record<string, string | undefined> = { OTTOKIT_TIKTOK_APP_SECRET: 's', PATH: '/bin' };
  const env = takeEnvironment(processEnv, 'linux');
  expect(processEnv).toEqual({ PATH: '/bin' });
  expect(env).toEqual({ OTTOKIT_TIKTOK_APP_SECRET: 's', PATH: '/bin' });
});

test('on Windows, variable names are case-insensitive, both for reading and for removing', () => {
  const processEnv: Record<string, string | undefined> = { ottokit_tiktok_Passphrase: 's', Path: 'C:\\', browser: 'x' };
  const env = takeEnvironment(processEnv, 'win32');
  expect(Object.keys(processEnv)).toEqual(['Path', 'browser']);
  expect(env).toMatchObject({ OTTOKIT_TIKTOK_PASSPHRASE: 's', PATH: 'C:\\', BROWSER: 'x' });
});

describe('the words in BROWSER', () => {
  const words = (BROWSER: string, platform: NodeJS.Platform = 'linux') =>
    browserCommands({ BROWSER }, platform, 'https://a/?b=1&c=%24&d');
  const url = 'https://a/?b=1&c=%24&d';

  test.each<[string, string[][]]>([
    ['firefox', [['firefox', url]]],
    [`"/opt/My Browser/run" --new`, [['/opt/My Browser/run', '--new', url]]],
    [`'/opt/My Browser/run' "%s"`, [['/opt/My Browser/run', url]]],
    [`/opt/My\\ Browser/run '%s'`, [['/opt/My Browser/run', url]]],
    ['firefox %s &', [['firefox', url]]],
    ['firefox "%s"&', [['firefox', url]]],
    ['firefox --app=%s', [['firefox', `--app=${url}`]]],
    [`sh -c 'exec firefox "$1"' _ %s`, [['sh', '-c', 'exec firefox "$1"', '_', url]]],
    ['a "b\\"c" \'d\\e\' ""', [['a', 'b"c', 'd\\e', '', url]]],
    [
      'one:"two:three" x::four ',
      [
        ['one', url],
        ['two:three', 'x', url],
        ['four', url],
      ],
    ],
    ['"unclosed quote', [['unclosed quote', url]]],
    [':', []],
  ])('are split as in a shell: %s', (value, expected) => {
    expect(words(value)).toEqual(expected);
  });

  test.each<[string, string[][]]>([
    ['C:\\Programs\\firefox.exe', [['C:\\Programs\\firefox.exe', url]]],
    ['"C:\\Program Files\\f.exe" -new "%s"', [['C:\\Program Files\\f.exe', '-new', url]]],
    [
      "a.exe;b's.exe %s",
      [
        ['a.exe', url],
        ["b's.exe", url],
      ],
    ],
  ])('are split as on Windows: %s', (value, expected) => {
    expect(words(value, 'win32')).toEqual(expected);
  });

  test('may contain an unquoted path with spaces, if it exists', async ({ skip }) => {
    skip(onWindows, noShell);
    const file = await script('my browser', 'printf "%s|" "$@" > "$out.part"; mv "$out.part" "$out"');
    expect(await openWith({ BROWSER: `${file} --new %s` })(address)).toEqual({ opened: true });
    expect(await written(`${file}.out`)).toBe(`--new|${address}|`);
  });

  test('may name a batch file on Windows, which cmd.exe runs with the quoted address', () => {
    expect(spawnCommand(['C:\\My Tools\\open.CMD', url], { SYSTEMROOT: 'D:\\W' }, 'win32')).toEqual({
      program: 'D:\\W\\System32\\cmd.exe',
      args: ['/d', '/s', '/c', `""C:\\My Tools\\open.CMD" "${url}""`],
      windowsVerbatimArguments: true,
    });
    expect(spawnCommand(['/bin/open.cmd', url], {}, 'linux')).toEqual({ program: '/bin/open.cmd', args: [url] });
  });

  test.each(['/Applications/Firefox.app', '/Applications/My Browser.app/'])(
    'may name an application on a Mac: %s',
    (application) => {
      const opened = { program: '/usr/bin/open', args: ['-a', application, url] };
      expect(spawnCommand([application, url], {}, 'darwin')).toEqual(opened);
      expect(spawnCommand([application, url], {}, 'linux')).toEqual({ program: application, args: [url] });
    },
  );

  test('may include arguments for an application on a Mac', () => {
    expect(spawnCommand(['/Applications/Firefox.app', '-P', 'shop', url], {}, 'darwin')).toEqual({
      program: '/usr/bin/open',
      args: ['-a', '/Applications/Firefox.app', url, '--args', '-P', 'shop'],
    });
  });
});

test.each([
  ['a Mac', {}, 'darwin', true],
  ['a Mac over ssh', { SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' }, 'darwin', false],
  ['Windows over ssh', { SSH_TTY: 'x' }, 'win32', false],
  ['Linux without a display', { DISPLAY: '' }, 'linux', false],
  ['Linux over ssh with a display', { SSH_TTY: 'x', DISPLAY: 'localhost:10' }, 'linux', true],
  ['FreeBSD without a display', {}, 'freebsd', false],
] as const)('whether the user can see a window on %s', (_, env, platform, expected) => {
  expect(hasScreen(env, platform)).toBe(expected);
});
