import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { cleanAbandonedWindows, makeProfile } from '../../src/browser/profile.ts';
import { openCaptureWindow } from '../../src/browser/windows.ts';
import { identityOf, ownIdentity, type ProcessIdentity } from '../../src/ground/process-identity.ts';
import { makeClock } from '../../src/ground/clock.ts';
import { hostWith, temporaryRoot } from './window.ts';
import { noLinks, onWindows } from '../tools/systems.ts';

const noStart = 'only Linux reports when a process started';

/** Starts a process that runs until the test ends. */
async function runningProcess(): Promise<ChildProcess & { pid: number }> {
  const child = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 60_000)'], {
    detached: true,
    stdio: 'ignore',
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  return child as ChildProcess & { pid: number };
}

/** Returns the identity of a process that has exited. */
async function endedProcess(): Promise<ProcessIdentity> {
  const child = await runningProcess();
  const identity = identityOf(child.pid);
  child.kill('SIGKILL');
  await once(child, 'exit');
  return identity;
}

interface Owner {
  readonly program: ProcessIdentity;
  readonly browser?: ProcessIdentity;
}

async function profileOf(root: string, name: string, owner?: Owner): Promise<string> {
  const profile = join(root, `ottokit-tiktok-window-${name}`);
  await mkdir(join(profile, 'Default'), { recursive: true });
  if (owner !== undefined) await writeFile(join(profile, 'owner.json'), JSON.stringify(owner));
  return profile;
}

const clean = (root: string): Promise<void> => cleanAbandonedWindows(hostWith(root), Date.now());
const old = new Date(Date.now() - 2 * 86_400_000);

test('only abandoned profiles are deleted', async ({ skip }) => {
  skip(onWindows, noLinks);
  const root = await temporaryRoot();
  const gone = await endedProcess();
  await profileOf(root, 'gone', { program: gone });
  await profileOf(root, 'both-gone', { program: gone, browser: gone });
  await profileOf(root, 'in-use', { program: ownIdentity() });
  await profileOf(root, 'just-made');
  await mkdir(join(root, 'somebody-else', 'Default'), { recursive: true });
  await symlink(join(root, 'somebody-else'), join(root, 'ottokit-tiktok-window-linked'));
  await writeFile(join(root, 'ottokit-tiktok-window-a-file'), '');
  await clean(root);
  const left = ['a-file', 'in-use', 'just-made', 'linked'].map((name) => `ottokit-tiktok-window-${name}`);
  expect((await readdir(root)).sort()).toEqual([...left, 'somebody-else'].sort());
  expect(await readdir(join(root, 'somebody-else'))).toEqual(['Default']);
});

test('a process that later got the process id of the program or its browser isn’t mistaken for it', async ({
  skip,
}) => {
  skip(process.platform !== 'linux', noStart);
  const root = await temporaryRoot();
  const other = await runningProcess();
  const earlier = { ...identityOf(other.pid), started: '1' };
  await profileOf(root, 'program', { program: earlier });
  await profileOf(root, 'browser', { program: earlier, browser: earlier });
  await clean(root);
  expect(await readdir(root)).toEqual([]);
  expect([other.exitCode, other.signalCode]).toEqual([null, null]);
});

test('a later run closes the browser of a program that was killed, and deletes its profile', async ({ skip }) => {
  skip(process.platform !== 'linux', noStart);
  const root = await temporaryRoot();
  const browser = await runningProcess();
  await profileOf(root, 'left', { program: await endedProcess(), browser: identityOf(browser.pid) });
  const ended = once(browser, 'exit');
  await clean(root);
  expect(await ended).toEqual([null, 'SIGKILL']);
  expect(await readdir(root)).toEqual([]);
});

test('a process that only might be the browser is left alone', async () => {
  const root = await temporaryRoot();
  const browser = await runningProcess();
  const { started: _unknown, ...identity } = identityOf(browser.pid);
  await profileOf(root, 'left', { program: await endedProcess(), browser: identity });
  await clean(root);
  expect(await readdir(root)).toHaveLength(1);
  expect(browser.signalCode).toBeNull();
});

test.for([
  ['of another container', { namespace: 'pid:[1]' }],
  ['of another computer or boot', { boot: 'another' }],
] as const)('a profile %s is kept for a day, then deleted', async ([, difference]) => {
  const root = await temporaryRoot();
  const profile = await profileOf(root, 'elsewhere', { program: { ...ownIdentity(), ...difference } });
  await clean(root);
  expect(await readdir(root)).toHaveLength(1);
  await utimes(profile, old, old);
  await clean(root);
  expect(await readdir(root)).toEqual([]);
});

test('a profile whose owner can’t be read is kept for a day, then deleted', async () => {
  const root = await temporaryRoot();
  const profile = await profileOf(root, 'torn');
  await writeFile(join(profile, 'owner.json'), '{"program":{"pi');
  await clean(root);
  expect(await readdir(root)).toHaveLength(1);
  await utimes(profile, old, old);
  await clean(root);
  expect(await readdir(root)).toEqual([]);
});

test('a killed browser’s socket directory is deleted with its profile, but not another directory its link points to', async ({
  skip,
}) => {
  skip(onWindows, noLinks);
  const root = await temporaryRoot();
  const program = await endedProcess();
  for (const place of ['org.chromium.Chromium.abcdef', 'documents']) {
    const profile = await profileOf(root, `of-${place}`, { program });
    await mkdir(join(root, place));
    await symlink(join(root, place, 'SingletonSocket'), join(profile, 'SingletonSocket'));
  }
  await clean(root);
  expect(await readdir(root)).toEqual(['documents']);
});

test('a profile has an absolute path, which Firefox needs, even in a relative temporary directory', async () => {
  const root = await temporaryRoot();
  expect(dirname(await makeProfile(relative(process.cwd(), root)))).toBe(root);
});

test('a profile that can’t be written to is not left behind', async ({ skip }) => {
  skip(process.platform !== 'linux', 'paths have another limit');
  let root = await temporaryRoot();
  while (root.length < 4_060) root = join(root, 'x'.repeat(Math.min(200, 4_060 - root.length - 1)));
  await mkdir(root, { recursive: true });
  const opened = await openCaptureWindow(
    {
      browser: { name: 'Chromium', path: '/nowhere/chromium' },
      redirectUrl: 'https://api.ottokit.com/callback',
      authorizationUrl: '',
      forwardTo: () => null,
      signal: new AbortController().signal,
    },
    { env: {}, host: hostWith(root), clock: makeClock(), proxies: { exempt: [] } },
  );
  expect(opened).toEqual({ why: 'its profile or proxy couldn’t be created (ENAMETOOLONG)' });
  expect(await readdir(root)).toEqual([]);
});

test('cleaning up in a missing directory isn’t an error', async () => {
  await expect(clean('/nowhere/at/all')).resolves.toBeUndefined();
});
