import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore } from '../../../src/store/open-store.ts';
import { connected, ioIn } from '../child-setting.ts';
import { toPlain, temporaryDirectory } from '../setting.ts';
import { dataOf, openAt, passphrase, start } from './fleet.ts';
import { startServer, type Server } from './server.ts';

/** The documented figures need the full size. Ordinary runs are smaller. */
const rounds = process.env['OTTOKIT_TEST_FULL'] === '1' ? 50 : 3;

let server: Server;
beforeAll(async () => {
  server = await startServer({ settings: 'fsync = off' });
}, 30_000);
afterAll(() => server.stop());

test('500 profiles are moved to a database and back, and a kill at any moment leaves the file or the database complete', async () => {
  const root = await temporaryDirectory();
  const url = await server.database('moved');
  const openFile = () =>
    openStore({
      io: { ...ioIn(root, { OTTOKIT_TIKTOK_PASSPHRASE: passphrase }), dataDirectory: () => dataOf(root) },
      keychain: null,
    });
  await openAt(root, url);
  const profiles = Array.from({ length: 500 }, (_, index) => connected(`shop-${String(index).padStart(3, '0')}`));
  await (await openFile()).addAll(profiles);
  const expected = profiles.map(toPlain);
  const env = { OTTOKIT_TIKTOK_STORE: url, OTTOKIT_TIKTOK_PASSPHRASE: passphrase };
  const whole = async (): Promise<'file' | 'database'> => {
    const inFile = (await (await openFile()).profiles()).map(toPlain);
    const inDatabase = (await (await openAt(root, url)).profiles()).map(toPlain);
    for (const found of [inFile, inDatabase]) expect([0, 500]).toContain(found.length);
    if (inFile.length === 500) expect(inFile).toEqual(expected);
    if (inDatabase.length === 500) expect(inDatabase).toEqual(expected);
    expect(inFile.length + inDatabase.length).toBeGreaterThanOrEqual(500);
    return inFile.length === 500 ? 'file' : 'database';
  };

  let place: 'file' | 'database' = 'file';
  let finished = 0;
  for (let round = 0; round < rounds; round += 1) {
    const running = start(root, env, ['store', 'move', place === 'file' ? url : 'file', '--json']);
    await sleep(200 + Math.random() * 1_500);
    running.child.kill('SIGKILL');
    const { exitCode, stdout } = await running.ended;
    if (exitCode === 0) {
      finished += 1;
      expect((JSON.parse(stdout) as { profiles: number }).profiles).toBe(500);
    }
    const there = await whole();
    // The same command finishes an interrupted move.
    const target = place === 'file' ? url : 'file';
    if (exitCode !== 0) await server.sql('moved', 'UPDATE ottokit_tiktok.claims SET holder = NULL').catch(() => []);
    const again = await start(root, env, ['store', 'move', target, '--json']).ended;
    expect([0, 1], again.stderr).toContain(again.exitCode);
    if (again.exitCode === 1) expect(JSON.parse(again.stdout)).toMatchObject({ error: { code: 'store-absent' } });
    place = await whole();
    expect(place, there).toBe(target === 'file' ? 'file' : 'database');
  }
  process.stdout.write(`${String(rounds)} moves, ${String(finished)} finished before the kill\n`);
}, 1_200_000);
