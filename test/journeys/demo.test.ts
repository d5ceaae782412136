import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test as baseTest } from 'vitest';
import { newMachine } from './machine.ts';
import { document } from './run.ts';
import { noSignals, onWindows } from '../tools/systems.ts';

const test = baseTest.concurrent;

test('the demo needs no terminal, no account and no flag, and leaves nothing behind', async ({ onTestFinished }) => {
  const machine = await newMachine(onTestFinished);
  const run = await machine.run(['connect', '--demo', '--json']);
  expect(run, run.stderr).toMatchObject({ exitCode: 0 });
  expect(document(run)).toMatchObject({
    demo: true,
    shops: [
      { id: expect.any(String) as string, name: expect.any(String) as string, region: expect.any(String) as string },
    ],
    scopes: { missing: [] },
  });
  expect(await readdir(machine.home)).toEqual([]);
  expect(await readdir(machine.temporaryDirectory)).toEqual([]);
  expect(await readdir(machine.directory)).not.toContain('config');
});

/** Preloaded into the program: sends it SIGINT as soon as it announces doctor, however busy the machine is. */
const interruptAtDoctor = `
  const { write } = process.stderr;
  process.stderr.write = function (text, ...rest) {
    if (String(text).includes('Doctor checks the new connection')) process.kill(process.pid, 'SIGINT');
    return write.call(this, text, ...rest);
  };`;

test('Ctrl-C while doctor checks the demo’s connection leaves one JSON document on stdout', async ({
  onTestFinished,
  skip,
}) => {
  skip(onWindows, noSignals);
  const machine = await newMachine(onTestFinished);
  const script = join(machine.directory, 'interrupt.cjs');
  await writeFile(script, interruptAtDoctor);
  const run = await machine.run(['connect', '--demo', '--json'], { env: { NODE_OPTIONS: `--require ${script}` } });
  expect(run, run.stderr).toMatchObject({ exitCode: 130 });
  expect(document(run)).toMatchObject({ error: { code: 'interrupted' } });
});

test('without --json, the demo shows the wizard, the connection and doctor’s report', async ({ onTestFinished }) => {
  const machine = await newMachine(onTestFinished);
  const run = await machine.run(['connect', '--demo']);
  expect(run, run.stderr).toMatchObject({ exitCode: 0 });
  for (const step of ['1', '2', '3', '4', '5', '6']) expect(run.stderr).toContain(`Step ${step} of 6`);
  expect(run.stdout).toMatch(/Connected/);
  expect(run.stdout).not.toContain(' failed');
  expect(run.stderr).toMatch(/demo/);
});

test('the demo succeeds even if doctor finds a problem with the computer', async ({ onTestFinished }) => {
  const machine = await newMachine(onTestFinished, { NODE_TLS_REJECT_UNAUTHORIZED: '0' });
  const run = await machine.run(['connect', '--demo']);
  expect(run, run.stderr).toMatchObject({ exitCode: 0 });
  expect(run.stdout).toContain('1 failed');
});

test('the demo ignores the user’s OTTOKIT_TIKTOK_ variables', async ({ onTestFinished }) => {
  const machine = await newMachine(onTestFinished, {
    OTTOKIT_TIKTOK_ORIGIN: 'https://example.com',
    OTTOKIT_TIKTOK_APP_KEY: '***',
    OTTOKIT_TIKTOK_PROFILE: '../elsewhere',
    OTTOKIT_TIKTOK_PASSPHRASE: 'the user’s own',
  });
  const run = await machine.run(['connect', '--demo', '--json']);
  expect(run, run.stderr).toMatchObject({ exitCode: 0 });
  expect(document(run)).toMatchObject({ demo: true, keySource: 'key-file' });
});
