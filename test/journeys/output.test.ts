import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../src/ground/secret.ts';
import { openStore } from '../../src/store/open-store.ts';
import { newMachine, type After, type Machine } from './machine.ts';
import { freshJourney } from './journey.ts';
import { noShell, skipOnWindows } from '../tools/systems.ts';

skipOnWindows(noShell);

const passphrase = 'of a store with many shops';

/** A machine whose `status --json` is far longer than a pipe's buffer. */
async function machineWithManyShops(after: After): Promise<Machine> {
  const machine = await newMachine(after, { OTTOKIT_TIKTOK_PASSPHRASE: passphrase });
  const now = Date.now();
  const { signal } = new AbortController();
  const store = await openStore({
    io: {
      clock: { now: () => now, monotonic: () => 0, sleep: () => Promise.resolve() },
      env: { OTTOKIT_TIKTOK_PASSPHRASE: passphrase },
      configDirectory: () => machine.configDirectory,
      dataDirectory: () => machine.configDirectory,
      signal,
    },
    keychain: null,
  });
  const shops = Array.from({ length: 4_000 }, (_, index) => ({
    id: String(7_495_000_000 + index),
    name: `Shop ${String(index)}`,
    region: 'GB',
    sellerType: 'CROSS_BORDER',
    cipher: new Secret('cipher'),
  }));
  await store.change('default', () => ({
    name: 'default',
    app: { region: 'row', redirectUrl: 'http://127.0.0.1:8717/callback', appKey: '6aaaaaaaaaaaa' },
    journal: { done: {} },
    shops,
    createdAt: now,
    updatedAt: now,
  }));
  return machine;
}

const through = (shell: string): { through: readonly string[] } => ({ through: ['/bin/bash', '-c', shell, 'bash'] });

describe('a reader of the output', () => {
  test('that reads slowly gets every byte', async ({ onTestFinished }) => {
    const machine = await machineWithManyShops(onTestFinished);
    const whole = await machine.run(['status', '--json']);
    expect(whole.stdout.length).toBeGreaterThan(200_000);
    const slowly = await machine.run(['status', '--json'], through('"$@" | (sleep 1.5; wc -c); exit ${PIPESTATUS[0]}'));
    expect(slowly).toMatchObject({ exitCode: 0, stderr: '', stdout: `${String(Buffer.byteLength(whole.stdout))}\n` });
  });

  test('that stops early ends the program silently, whatever it prints', async ({ onTestFinished }) => {
    const machine = await machineWithManyShops(onTestFinished);
    for (const line of ['status --json', 'status', 'scopes', 'completion zsh', '--help', 'doctor --list']) {
      const left = await machine.run(line.split(' '), through('"$@" | head -c 1 >&2; exit ${PIPESTATUS[0]}'));
      expect(left, line).toMatchObject({ exitCode: 0, stdout: '' });
      expect(left.stderr, line).toHaveLength(1);
    }
  });

  test('that stops early doesn’t hide that the command failed', async ({ onTestFinished }) => {
    const machine = await newMachine(onTestFinished);
    const left = await machine.run(['token', '--json'], through('"$@" | true; exit ${PIPESTATUS[0]}'));
    expect(left).toMatchObject({ exitCode: 1, stderr: '' });
  });
});

describe('a hangup signal', () => {
  test.for([
    ['nohup', 'exec nohup "$@"'],
    ['a script that ignores it', 'trap "" HUP; "$@"; exit'],
  ] as const)('is ignored under %s', async ([, shell], { onTestFinished }) => {
    const { machine, connect, secret } = await freshJourney(onTestFinished);
    const running = machine.start([...connect, '--no-browser'], { ...secret, ...through(shell) });
    const [address] = await running.seen(/http\S+open\/authorize\?\S+\n/);
    process.kill(-running.pid, 'SIGHUP');
    await fetch(address);
    expect(await running.ended).toMatchObject({ exitCode: 0 });
  });
});

test('a program that stops before it has finished says so, and doesn’t exit with 0', async ({ onTestFinished }) => {
  const machine = await newMachine(onTestFinished);
  await mkdir(machine.configDirectory);
  await writeFile(join(machine.configDirectory, 'connections'), '{}');
  const preload = join(machine.directory, 'preload.cjs');
  await writeFile(preload, `require('node:fs/promises').open = () => new Promise(() => undefined);`);
  const { exitCode, stderr } = await machine.run(['status'], { env: { NODE_OPTIONS: `--require=${preload}` } });
  expect(stderr).toContain('This is a bug in ottokit-tiktok: it stopped before it had finished');
  expect(exitCode).toBe(1);
});
