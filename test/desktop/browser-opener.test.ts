import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeOpenBrowser } from '../../src/desktop/browser-opener.ts';
import { takeEnvironment } from '../../src/desktop/child-environment.ts';
import { makeClock } from '../../src/terminal/clock.ts';

const address = 'https://services.tiktokshop.com/open/authorize?service_id=7&state=a%20b';
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ottokit-tiktok-browser '));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

/** A program that stands for a browser; `$out` is a file of its own. */
async function script(name: string, body: string): Promise<string> {
  const file = join(directory, name);
  await writeFile(file, `#!/bin/sh\nout='${file}.out'\n${body}\n`);
  await chmod(file, 0o755);
  return file;
}

const openWith = (env: Record<string, string>, platform: NodeJS.Platform = 'linux') =>
  makeOpenBrowser({ env: { PATH: process.env['PATH'] ?? '', ...env }, platform, clock: makeClock() });

/** The file, once the program that runs apart has written it. */
async function written(file: string): Promise<string> {
  await expect.poll(() => existsSync(file), { timeout: 10_000 }).toBe(true);
  return await readFile(file, 'utf8');
}

describe('the browser that BROWSER names', () => {
  test('is started with the address as its one argument, read by no shell', async () => {
    const file = await script('browser', 'printf "%s|" "$#" "$@" > "$out.part"; mv "$out.part" "$out"');

    expect(await openWith({ BROWSER: file })(`${address}&x=$(id)`)).toEqual({ opened: true });
    expect(await written(`${file}.out`)).toBe(`1|${address}&x=$(id)|`);
  });

  test('gets no variable of ours, and all others', async () => {
    const file = await script('browser', 'env > "$out.part"; mv "$out.part" "$out"');

    await openWith({ BROWSER: file, OTTOKIT_TIKTOK_APP_SECRET: 's', ottokit_tiktok_passphrase: 'p', KEPT: 'k' })(
      address,
    );

    const env = await written(`${file}.out`);
    expect(env).toContain('KEPT=k');
    expect(env).not.toMatch(/ottokit_tiktok/iu);
  });

  test('may have arguments, and say where the address goes', async () => {
    await script('browser', 'printf "%s|" "$@" > "$out.part"; mv "$out.part" "$out"');
    const path = join(directory, 'browser');
    const linked = await mkdtemp(join(tmpdir(), 'ottokit-tiktok-link-'));
    await symlink(path, join(linked, 'browser'));

    await openWith({ BROWSER: `${join(linked, 'browser')} --app=%s --new` })(address);

    expect(await written(`${path}.out`)).toBe(`--app=${address}|--new|`);
    await rm(linked, { recursive: true });
  });

  test('that fails gives way to the next', async () => {
    const failing = await script('failing', 'exit 7');
    const working = await script('working', ': > "$out"');

    const open = openWith({ BROWSER: `${join(directory, 'missing')}:${failing}:${working}` });

    expect(await open(address)).toEqual({ opened: true });
    expect(existsSync(`${working}.out`)).toBe(true);
  });

  test('that fails at once is told', async () => {
    const file = await script('browser', 'exit 3');
    expect(await openWith({ BROWSER: file })(address)).toEqual({
      opened: false,
      why: 'the opener ended with code 3',
    });
  });

  test('that does not exist is told', async () => {
    expect(await openWith({ BROWSER: join(directory, 'missing') })(address)).toEqual({
      opened: false,
      why: 'the opener could not be started (ENOENT)',
    });
  });

  test('that cannot even be tried to be started is told too', async () => {
    expect(await openWith({ BROWSER: '/etc/passwd/browser' })(address)).toEqual({
      opened: false,
      why: 'the opener could not be started (ENOTDIR)',
    });
  });

  test('that runs on is taken as opened after a second, not waited for', async () => {
    const file = await script('browser', 'echo $$ > "$out"; exec sleep 60');
    const started = Date.now();

    expect(await openWith({ BROWSER: file })(address)).toEqual({ opened: true });

    expect(Date.now() - started).toBeLessThan(5_000);
    process.kill(Number(await written(`${file}.out`)));
  });

  test.for(['none', ' None '])('and is %j: none is opened', async (value) => {
    expect(await openWith({ BROWSER: value, DISPLAY: ':0' })(address)).toMatchObject({ opened: false });
  });
});

describe('without BROWSER', () => {
  test('nothing is started where there is no display', async () => {
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

test('our variables are taken out of the process’s environment, and kept for the program', () => {
  const processEnv: Record<string, string | undefined> = { OTTOKIT_TIKTOK_APP_SECRET: 's', PATH: '/bin' };
  const env = takeEnvironment(processEnv, 'linux');
  expect(processEnv).toEqual({ PATH: '/bin' });
  expect(env).toEqual({ OTTOKIT_TIKTOK_APP_SECRET: 's', PATH: '/bin' });
});
