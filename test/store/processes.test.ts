import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { connected, ioIn, realClock } from './child-setting.ts';
import { startWorker, useWorkers } from './children.ts';
import { fakeClock, keyPath, storeIn, temporaryDirectory } from './setting.ts';
import { timeLimit } from '../tools/systems.ts';

useWorkers();
// Many processes, on a machine that may be busy with other things.
vi.setConfig({ testTimeout: timeLimit(90_000) });

test('8 processes that write at once lose no profile', async () => {
  const root = await temporaryDirectory();
  const workers = Array.from({ length: 8 }, (_, index) => startWorker(['add', root, `p${String(index)}`, 6]));

  expect(await Promise.all(workers.map(({ ended }) => ended))).toEqual(Array(8).fill(0));

  const profiles = await (await storeIn(root)).profiles();
  expect(profiles.length).toBe(8 * 6 + 1);
  expect(profiles.find(({ name }) => name === 'shared')?.updatedAt).toBe(48);
  await keyPath(root);
  expect(await readdir(join(root, 'config'))).toEqual(['connections']);
});

test('of 20 processes that find the same profile due for a refresh, exactly one refreshes it', async () => {
  const root = await temporaryDirectory();
  await (await storeIn(root)).change('default', () => connected('default', { updatedAt: 1 }));

  const workers = Array.from({ length: 20 }, () => startWorker(['refresh', root, 'default', 2]));

  expect(await Promise.all(workers.map(({ ended }) => ended))).toEqual(Array(20).fill(0));
  const lines = workers.flatMap((worker) => worker.lines);
  expect(lines.filter((line) => line === 'refreshed').length).toBe(1);
  expect(lines.filter((line) => line === 'has 2').length).toBe(20);
});

test('a writer killed at any moment leaves the old profile or the new one', async () => {
  const root = await temporaryDirectory();
  await (await storeIn(root)).change('bystander', () => connected('bystander'));
  let version = 0;
  for (let round = 0; round < 30; round += 1) {
    const writer = startWorker(['churn', root, 'default', version]);
    await writer.line(/^\d+$/);
    // At a random moment of the next write.
    await sleep(Math.random() * 20);
    writer.process.kill('SIGKILL');
    expect(await writer.ended).toBe('SIGKILL');

    const store = await storeIn(root);
    const profile = await store.profile('default');
    const printed = Number(writer.lines.at(-1));
    expect([printed, printed + 1]).toContain(profile?.updatedAt);
    expect(profile?.createdAt).toBe(profile?.updatedAt);
    expect((await store.profiles()).length).toBe(2);
    version = (profile?.updatedAt ?? 0) + 1;
  }
  await (await storeIn(root)).change('default', () => undefined);
  expect(await readdir(join(root, 'config'))).toEqual(['connections']);
});

test('after the lock’s holder is killed, the next process gets the lock at once', async () => {
  const root = await temporaryDirectory();
  const store = await storeIn(root);
  await store.change('default', () => connected('default'));
  const holder = startWorker(['hold', root, 'default']);
  await holder.line(/holding/);
  holder.process.kill('SIGKILL');
  await holder.ended;
  expect(await readFile(join(root, 'config', 'connections.lock'), 'utf8')).toContain(String(holder.process.pid));

  const clock = fakeClock();
  const next = await storeIn(root, { io: { ...ioIn(root), clock } });
  await next.change('default', () => connected('default', { updatedAt: 77 }));

  expect(clock.slept()).toBeLessThan(1_000);
  expect((await store.profile('default'))?.updatedAt).toBe(77);
});

test('many processes that find a killed process’s lock get it one at a time', async () => {
  const root = await temporaryDirectory();
  await (await storeIn(root)).change('default', () => connected('default'));
  for (let round = 0; round < 3; round += 1) {
    const holder = startWorker(['hold', root, 'default']);
    await holder.line(/holding/);
    const waiting = Array.from({ length: 6 }, (_, index) =>
      startWorker(['add', root, `r${String(round)}-${String(index)}`, 2]),
    );
    await Promise.all(waiting.map((worker) => worker.line(/^open$/)));
    holder.process.kill('SIGKILL');
    expect(await Promise.all(waiting.map(({ ended }) => ended))).toEqual(Array(6).fill(0));
  }
  const profiles = await (await storeIn(root)).profiles();
  expect(profiles.find(({ name }) => name === 'shared')?.updatedAt).toBe(3 * 6 * 2);
  expect(profiles.length).toBe(2 + 3 * 6 * 2);
});

test('a process waits as long as the lock’s holder is running, and gets the lock once the holder is killed', async () => {
  const root = await temporaryDirectory();
  await (await storeIn(root)).change('default', () => connected('default'));
  const holder = startWorker(['hold', root, 'default']);
  await holder.line(/holding/);
  let waits = 0;
  const clock = {
    ...realClock,
    sleep: async (ms: number) => {
      waits += 1;
      if (waits === 10) holder.process.kill('SIGKILL');
      await realClock.sleep(ms);
    },
  };

  const store = await storeIn(root, { io: { ...ioIn(root), clock } });
  await store.change('default', (current) => {
    expect(waits).toBeGreaterThanOrEqual(10);
    return current;
  });

  expect(await holder.ended).toBe('SIGKILL');
});
