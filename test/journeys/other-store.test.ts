import { test as baseTest, vi } from 'vitest';
import { freePort, newMachine } from './machine.ts';
import { document, errorOf } from './run.ts';
import { timeLimit } from '../tools/systems.ts';

const test = baseTest.concurrent;

vi.setConfig({ testTimeout: timeLimit(60_000) });

const unknownAddress = 'mysql://team:swordfish@db.example/shops';

test.for(['status --store', 'store move', 'store sql --store'])(
  '`%s` refuses a mysql:// address, and doesn’t repeat it',
  async (command, { onTestFinished, expect }) => {
    const machine = await newMachine(onTestFinished);
    const run = await machine.run([...command.split(' '), unknownAddress, '--json']);
    expect(run.exitCode).toBe(2);
    expect(errorOf(run)).toMatchObject({
      code: 'usage',
      message: expect.stringContaining('postgresql://db.example/team') as string,
    });
    expect(run.stdout + run.stderr).not.toContain('swordfish');
  },
);

test('scopes warns that the database can’t be reached, and prints the checklist', async ({
  onTestFinished,
  expect,
}) => {
  const machine = await newMachine(onTestFinished);
  const env = { OTTOKIT_TIKTOK_STORE: `postgresql://127.0.0.1:${String(await freePort())}/team` };
  const run = await machine.run(['scopes', '--json'], { env });
  expect(run.exitCode).toBe(0);
  expect(run.stderr).toContain('couldn’t be reached');
  expect(document(run)).toMatchObject({ connected: false });
});

test('advice repeats the --store flag', async ({ onTestFinished, expect }) => {
  const machine = await newMachine(onTestFinished);
  const inFile = await machine.run(['token', '--profile', 'shop-1', '--store', 'file', '--json']);
  expect(errorOf(inFile)).toMatchObject({
    fix: expect.stringContaining('`ottokit-tiktok connect --profile shop-1 --store file`') as string,
  });
});

test('`store sql` needs no database', async ({ onTestFinished, expect }) => {
  const machine = await newMachine(onTestFinished);
  const [text, json] = [await machine.run(['store', 'sql']), await machine.run(['store', 'sql', '--json'])];
  expect(text).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('CREATE TABLE') as string });
  expect(document(json)).toEqual({ sql: text.stdout.trimEnd() });
});

test('`store move file` requires OTTOKIT_TIKTOK_STORE, which names the store to move from', async ({
  onTestFinished,
  expect,
}) => {
  const machine = await newMachine(onTestFinished);
  const run = await machine.run(['store', 'move', 'file', '--json']);
  expect(run.exitCode).toBe(2);
  expect(errorOf(run)).toMatchObject({ message: expect.stringContaining('OTTOKIT_TIKTOK_STORE') as string });
});
