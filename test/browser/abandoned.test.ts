import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';
import { cleanAbandonedWindows } from '../../src/browser/profile.ts';
import { page } from './servers.ts';
import { processesWith, profilesIn, setUp, temporaryRoot, until } from './window.ts';

/** A program of its own that opens a window and waits for its end, as `connect` does. */
async function startOwner(options: object): Promise<{ kill(): Promise<void> }> {
  const outfile = join(await temporaryRoot(), 'owner.mjs');
  const contents = `
    import { openCaptureWindow } from './src/browser/capture.ts';
    const given = JSON.parse(process.argv[2]);
    const opened = await openCaptureWindow({ ...given, own: process, signal: new AbortController().signal,
      matches: () => false, forwardTo: () => 'http://127.0.0.1:1/' });
    if (opened.ok) await opened.window.closed;`;
  const stdin = { contents, resolveDir: join(import.meta.dirname, '../..') };
  await build({ stdin, outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'silent' });
  const owner = spawn(process.execPath, [outfile, JSON.stringify(options)], { stdio: 'inherit' });
  const kill = async (): Promise<void> => {
    if (owner.kill('SIGKILL')) await once(owner, 'exit');
  };
  onTestFinished(kill);
  return { kill };
}

test('a window whose program was killed ends by itself, and the next run deletes its profile', async (context) => {
  const home = await temporaryRoot();
  const env = { HOME: home, TMPDIR: home };
  const { options, root, tiktok } = await setUp(context, { '/authorize': page('<h1>Authorize</h1>') }, { env });
  const owner = await startOwner(options);
  await until('the window is open', () => tiktok.seen.length > 0);
  const [profile] = await profilesIn(root);
  await cleanAbandonedWindows(root, process);
  expect(await profilesIn(root)).toEqual([profile]);

  await owner.kill();
  await until('the browser ended', async () => (await processesWith(String(profile))).length === 0);
  await cleanAbandonedWindows(root, process);
  expect(await readdir(root)).toEqual([]);
  expect((await readdir(home, { recursive: true })).filter((name) => /chrom|google/i.test(name))).toEqual([]);
});

/** The id of a process that has ended. */
async function endedProcess(): Promise<number> {
  const child = spawn('/bin/true');
  await once(child, 'exit');
  return child.pid ?? NaN;
}

test('only abandoned profiles are deleted', async () => {
  const root = await temporaryRoot();
  const gone = String(await endedProcess());
  const abandoned = `ottokit-tiktok-window-${gone}-Ab12_9`;
  const kept = [
    `ottokit-tiktok-window-${String(process.pid)}-abcdef`,
    // The first process of the system is somebody else's and runs.
    'ottokit-tiktok-window-1-abcdef',
    `ottokit-tiktok-window-${gone}`,
    `my-ottokit-tiktok-window-${gone}-abcdef`,
    'somebody-else',
  ];
  for (const name of [abandoned, ...kept]) await mkdir(join(root, name, 'Default'), { recursive: true });
  await symlink(join(root, 'somebody-else'), join(root, `ottokit-tiktok-window-${gone}-linked`));
  await writeFile(join(root, `ottokit-tiktok-window-${gone}-afile1`), '');
  await cleanAbandonedWindows(root, process);
  const left = [...kept, `ottokit-tiktok-window-${gone}-afile1`, `ottokit-tiktok-window-${gone}-linked`];
  expect((await readdir(root)).sort()).toEqual(left.sort());
  expect(await readdir(join(root, 'somebody-else'))).toEqual(['Default']);
});

test('the socket of a browser that was killed goes with its profile, but no other directory it may point to', async () => {
  const root = await temporaryRoot();
  const gone = String(await endedProcess());
  for (const [place, random] of [
    ['org.chromium.Chromium.abcdef', 'aaaaaa'],
    ['documents', 'bbbbbb'],
  ] as const) {
    const profile = join(root, `ottokit-tiktok-window-${gone}-${random}`);
    await mkdir(profile);
    await mkdir(join(root, place));
    await symlink(join(root, place, 'SingletonSocket'), join(profile, 'SingletonSocket'));
  }
  await cleanAbandonedWindows(root, process);
  expect(await readdir(root)).toEqual(['documents']);
});

test('a directory that is not there has nothing to clean', async () => {
  await expect(cleanAbandonedWindows('/nowhere/at/all', process)).resolves.toBeUndefined();
});
