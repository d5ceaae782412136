import { copyFileSync, mkdirSync, renameSync, rmdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Change, Store } from '../../../src/store/store.ts';
import { connected, ioIn } from '../child-setting.ts';
import { failureOf, fakeClock, storeIn, storePath, temporaryDirectory } from '../setting.ts';

/** A store that can be made unwritable. `repair` is called with each warning. */
async function setUp(repair: (path: string) => void) {
  const root = await temporaryDirectory();
  const path = storePath(root);
  await (await storeIn(root)).change('default', () => connected('default', { updatedAt: 1 }));
  const warnings: string[] = [];
  const warn = (sentence: string): void => {
    warnings.push(sentence);
    repair(path);
  };
  const store = await storeIn(root, { warn, io: { ...ioIn(root), clock: fakeClock() } });
  return { root, path, store, warnings };
}

/** A directory in place of the store: no user can rename a file onto it. */
function spoil(path: string): void {
  renameSync(path, `${path}.aside`);
  mkdirSync(path);
}

function restore(path: string): void {
  rmdirSync(path);
  renameSync(`${path}.aside`, path);
}

/** Requests something that can't be requested again; the disk fails before the answer arrives. */
async function refresh(store: Store, path: string, requests: string[] = []): Promise<void> {
  const change: Change = async (current = connected('default'), proveWritable) => {
    await proveWritable();
    requests.push('sent');
    spoil(path);
    return { ...current, updatedAt: 2 };
  };
  await store.change('default', change);
}

test('an answer that can’t be requested again is stored if the disk fails only briefly', async () => {
  const { root, path, store, warnings } = await setUp(restore);
  const requests: string[] = [];

  await refresh(store, path, requests);

  expect(requests).toEqual(['sent']);
  expect(warnings).toEqual([expect.stringMatching(/could not be written .* Trying again\.$/)]);
  expect((await (await storeIn(root)).profile('default'))?.updatedAt).toBe(2);
});

test('an answer that was stored although the drive reported an error counts as stored', async () => {
  const { path, store } = await setUp((each) => {
    rmdirSync(each);
    renameSync(`${each}.written`, each);
  });
  await store.change('default', (current = connected('default')) => ({ ...current, updatedAt: 2 }));
  copyFileSync(path, `${path}.written`);
  await store.change('default', (current = connected('default')) => ({ ...current, updatedAt: 1 }));
  const requests: string[] = [];

  await refresh(store, path, requests);

  expect(requests).toEqual(['sent']);
  expect((await store.profile('default'))?.updatedAt).toBe(2);
});

test('if the disk keeps failing, the reason is reported', async () => {
  const { path, store, warnings } = await setUp(() => undefined);

  const failure = await failureOf(refresh(store, path), 'store-unreadable');

  expect(failure.message).toContain('it is a directory');
  expect(warnings).toHaveLength(2);
});

test('if the profile is gone when the disk works again, the request isn’t sent again', async () => {
  const { path, store } = await setUp((each) => {
    rmdirSync(each);
  });
  const requests: string[] = [];

  await failureOf(refresh(store, path, requests), 'store-unwritable');

  expect(requests).toEqual(['sent']);
});

test('a change that can be made again is not tried a second time', async () => {
  const { path, store, warnings } = await setUp(restore);

  const change = store.change('default', (current = connected('default')) => {
    spoil(path);
    return { ...current, updatedAt: 2 };
  });

  await failureOf(change, 'store-unwritable');
  expect(warnings).toEqual([]);
});
