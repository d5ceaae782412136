import { expect, test } from 'vitest';
import { forgetRow } from '../../../src/store/postgres/changes.ts';
import { claimNow } from '../../../src/store/postgres/claim.ts';
import type { Database } from '../../../src/store/postgres/database.ts';
import { connected, ioIn } from '../child-setting.ts';
import { fakeClock, temporaryDirectory } from '../setting.ts';

/** A database without profiles, in which every query succeeds. `query` runs before each one. */
const databaseWith = (query: () => void = () => undefined): Database => ({
  location: 'postgresql://db.example/team',
  query: (text) => {
    query();
    return Promise.resolve(text.startsWith('SELECT') ? [] : [{} as never]);
  },
  close: () => undefined,
});

const sessionWith = (database: Database, clock = fakeClock()) => ({
  database,
  io: { ...ioIn('/nowhere'), clock },
  waitNotice: <T>(_: string, work: () => Promise<T>) => work(),
});

test('a database that is slow for a moment doesn’t prevent a refresh', async () => {
  let now = 0;
  const slow = [6_000, 6_000];
  const database = databaseWith(() => (now += slow.shift() ?? 0));
  const claim = await claimNow(sessionWith(database, { ...fakeClock(), monotonic: () => now }), 'shop');
  expect(await claim?.renew()).toBe(true);
});

test('forgetting a profile fails if its tokens on this computer can’t be removed', async () => {
  const path = await temporaryDirectory();
  const kept = { before: null, holder: 'another command', replaces: null, profile: connected('shop') };
  const safe = {
    put: () => Promise.reject(new Error('nothing is put here')),
    remove: () => Promise.resolve(),
    read: () => Promise.resolve([[path, kept] as const]),
  };
  await expect(forgetRow({ ...sessionWith(databaseWith()), safe }, 'shop')).rejects.toThrow(path);
});
