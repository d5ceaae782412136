import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle } from '../terminal/pty.ts';
import { skipOnWindows } from '../tools/systems.ts';

skipOnWindows('xdg-open and the browsers in this file are POSIX shell scripts');

const address = 'https://services.tiktokshop.com/open/authorize?service_id=7&state=a%20b';
let worker: Awaited<ReturnType<typeof bundle>>;
let home: string;

/** Bundled like the package, with `open`'s own xdg-open beside the bundle. */
beforeAll(async () => {
  worker = await bundle('../desktop/opener-worker.ts');
  const shipped = join(dirname(createRequire(import.meta.url).resolve('open')), 'xdg-open');
  await copyFile(shipped, join(dirname(worker.file), 'xdg-open'));
  home = await mkdtemp(join(tmpdir(), 'ottokit-tiktok-home-'));
  await mkdir(join(home, 'bin'));
});

afterAll(async () => {
  await worker.remove();
  await rm(home, { recursive: true });
});

async function run(env: Record<string, string>): Promise<{ outcome: unknown; lingered: number }> {
  // Hides this machine's applications, so that none of its browsers is started.
  const desktop = {
    HOME: home,
    XDG_DATA_HOME: home,
    XDG_DATA_DIRS: home,
    XDG_CONFIG_HOME: home,
    XDG_CONFIG_DIRS: home,
  };
  const given = { PATH: `${join(home, 'bin')}:${process.env['PATH'] ?? ''}`, ...desktop, ...env };
  const { stdout } = await promisify(execFile)(process.execPath, [worker.file, address], { env: given });
  return JSON.parse(stdout) as { outcome: unknown; lingered: number };
}

test('the desktop’s opener gets the address but none of our variables, and doesn’t keep the program running', async () => {
  const out = join(home, 'opened');
  await writeFile(
    join(home, 'bin', 'x-www-browser'),
    `#!/bin/sh\n{ printf '%s\\n' "$1"; env; } > '${out}.part'; mv '${out}.part' '${out}'\n`,
  );
  await chmod(join(home, 'bin', 'x-www-browser'), 0o755);

  const { outcome, lingered } = await run({ WATCHED: '1', DISPLAY: ':99', OTTOKIT_TIKTOK_APP_SECRET: 'f00d' });

  expect(outcome).toEqual({ opened: true });
  expect(lingered).toBeLessThan(10_000);
  const seen = await readFile(out, 'utf8');
  expect(seen.split('\n')[0]).toBe(address);
  expect(seen).not.toContain('f00d');
});

test('the desktop’s opener is reported if it finds no browser', async () => {
  const { outcome } = await run({ WATCHED: '1', DISPLAY: ':99', PATH: '/nowhere' });
  expect(outcome).toMatchObject({
    opened: false,
    why: expect.stringMatching(/^its launcher exited with code \d+$/u) as string,
  });
});

test('a browser that keeps running doesn’t keep the program running', async () => {
  const file = join(home, 'bin', 'running-on');
  await writeFile(file, `#!/bin/sh\necho $$ > '${file}.part'; mv '${file}.part' '${file}.pid'\nexec sleep 60\n`);
  await chmod(file, 0o755);

  const { outcome, lingered } = await run({ BROWSER: file });

  expect(outcome).toEqual({ opened: true });
  expect(lingered).toBeLessThan(10_000);
  await expect.poll(() => existsSync(`${file}.pid`), { timeout: 10_000 }).toBe(true);
  process.kill(Number(await readFile(`${file}.pid`, 'utf8')));
});
