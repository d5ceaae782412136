import { mkdirSync, renameSync, rmdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Change, Store } from '../../../src/store/store.ts';
import { connected, ioIn } from '../child-setting.ts';
import { failureOf, fakeClock, storeIn, storePath, temporaryDirectory } from '../setting.ts';

/** Opens a store that calls `repair` at each warning. Its next sleep runs the functions in `sleeping` first. */
async function setUp(repair: (path: string) => void) {
  const root = await temporaryDirectory();
  const path = storePath(root);
  await (await storeIn(root)).change('default', () => connected('default', { updatedAt: 1 }));
  const warnings: string[] = [];
  const warn = (sentence: string): void => {
    warnings.push(sentence);
    repair(path);
  };
  const sleeping: (() => Promise<void>)[] = [];
  const clock = fakeClock();
  const sleep: typeof clock.sleep = async (ms) => {
    for (const work of sleeping.splice(0)) await work();
    await clock.sleep(ms);
  };
  const store = await storeIn(root, { warn, io: { ...ioIn(root), clock: { ...clock, sleep } } });
  return { root, path, store, sleeping, warnings };
}

/** Puts a directory in place of the store, because no user can rename a file onto one. */
function spoil(path: string): void {
  renameSync(path, `${path}.aside`);
  mkdirSync(path);
}

function restore(path: string): void {
  rmdirSync(path);
  renameSync(`${path}.aside`, path);
}

/** Sends a request that can't be repeated; the disk fails before the response arrives. */
async function refresh(store: Store, path: string, requests: string[] = []): Promise<void> {
  const change: Change = async (current = connected('default'), proveWritable) => {
    await proveWritable();
    requests.push('sent');
    spoil(path);
    return { ...current, updatedAt: 2 };
  };
  await store.change('default', change);
}

test('a response that can’t be requested again is stored if the disk fails only briefly', async () => {
  const { root, path, store, warnings } = await setUp(restore);
  const requests: string[] = [];

  await refresh(store, path, requests);

  expect(requests).toEqual(['sent']);
  expect(warnings).toEqual([expect.stringMatching(/couldn’t be written .* Trying again\.$/)]);
  expect((await (await storeIn(root)).profile('default'))?.updatedAt).toBe(2);
});

test('no other process refreshes with the replaced token before the new one is stored', async () => {
  const { root, path, store, sleeping } = await setUp(restore);
  // This process gives up instead of waiting for the lock.
  const other = await storeIn(root, { io: { ...ioIn(root), signal: AbortSignal.abort() } });
  sleeping.push(async () => {
    const change = other.change('default', (current = connected('default')) => ({ ...current, updatedAt: 7 }));
    await failureOf(change, 'interrupted');
  });

  await refresh(store, path);

  expect((await store.profile('default'))?.updatedAt).toBe(2);
});

test('if the disk keeps failing, the reason is reported', async () => {
  const { path, store, warnings } = await setUp(() => undefined);

  const failure = await failureOf(refresh(store, path), 'store-unwritable');

  expect(failure.message).toContain(process.platform === 'win32' ? 'EPERM' : 'EISDIR');
  expect(warnings).toHaveLength(2);
});

test('a response is stored even if the store file is gone when the disk works again', async () => {
  const { path, store } = await setUp((each) => {
    rmdirSync(each);
  });
  const requests: string[] = [];

  await refresh(store, path, requests);

  expect(requests).toEqual(['sent']);
  expect((await store.profile('default'))?.updatedAt).toBe(2);
});

test('a change that can be made again isn’t written a second time', async () => {
  const { path, store, warnings } = await setUp(restore);

  const change = store.change('default', (current = connected('default')) => {
    spoil(path);
    return { ...current, updatedAt: 2 };
  });

  await failureOf(change, 'store-unwritable');
  expect(warnings).toEqual([]);
});
