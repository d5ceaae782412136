import { readdir } from 'node:fs/promises';
import { expect, test as anyTest } from 'vitest';
import { newMachine } from './machine.ts';
import { document, type Run } from './run.ts';
import { noSignals, onWindows } from '../tools/systems.ts';

const test = anyTest.concurrent;

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

test('Ctrl-C while the demo examines its connection leaves one JSON document', async ({ onTestFinished, skip }) => {
  skip(onWindows, noSignals);
  const machine = await newMachine(onTestFinished);
  const interrupted = async (): Promise<Run> => {
    const running = machine.start(['connect', '--demo', '--json']);
    await running.seen(/Doctor, on the connection just made/);
    running.kill('SIGINT');
    return await running.ended;
  };
  let run = await interrupted();
  // On a busy machine, the doctor may be done before the signal arrives.
  for (let again = 1; again <= 5 && run.exitCode === 0; again += 1) {
    expect(document(run)).toMatchObject({ demo: true });
    run = await interrupted();
  }
  expect(run, run.stderr).toMatchObject({ exitCode: 130 });
  expect(document(run)).toMatchObject({ error: { code: 'interrupted' } });
});

test('the demo as text shows the wizard, the connection and the doctor', async ({ onTestFinished }) => {
  const machine = await newMachine(onTestFinished);
  const run = await machine.run(['connect', '--demo']);
  expect(run, run.stderr).toMatchObject({ exitCode: 0 });
  for (const step of ['1', '2', '3', '4', '5', '6']) expect(run.stderr).toContain(`Step ${step} of 6`);
  expect(run.stdout).toMatch(/Connected/);
  expect(run.stderr).toMatch(/demo/);
});

test('the demo ignores the person’s own settings', async ({ onTestFinished }) => {
  const machine = await newMachine(onTestFinished, {
    OTTOKIT_TIKTOK_ORIGIN: 'https://example.com',
    OTTOKIT_TIKTOK_APP_KEY: '***',
    OTTOKIT_TIKTOK_PROFILE: '../elsewhere',
    OTTOKIT_TIKTOK_PASSPHRASE: 'the person’s own',
  });
  const run = await machine.run(['connect', '--demo', '--json']);
  expect(run, run.stderr).toMatchObject({ exitCode: 0 });
  expect(document(run)).toMatchObject({ demo: true, keySource: 'key-file' });
});
