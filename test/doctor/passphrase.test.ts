import { chmod } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { Secret } from '../../src/ground/secret.ts';
import { diagnoseFleet } from '../../src/doctor/fleet.ts';
import { home, hostsAt } from './examined.ts';
import { personWith } from '../wizard/person.ts';
import { noModes, onWindows } from '../tools/systems.ts';

async function locked() {
  const place = await home();
  await place.change((profile) => ({ ...profile, updatedAt: 2 }), 'correct horse battery');
  return place;
}

test('in a terminal, the passphrase is asked for once, with --fix too', async () => {
  const place = await locked();
  const { ask, asked } = personWith({ passphrase: [new Secret('correct horse battery')] });
  const run = await place.run({ fix: true }, { ask });
  expect(asked).toEqual(['passphrase']);
  expect(run.printed).toContain('protected by a passphrase, which opened the store');
});

test('after three wrong passphrases, the user isn’t asked again and the problem is reported', async () => {
  const place = await locked();
  const { ask, asked } = personWith({ passphrase: ['wrong', 'still', 'no'].map((text) => new Secret(text)) });
  const run = await place.run({}, { ask });
  expect(asked).toEqual(['passphrase', 'passphrase', 'passphrase']);
  expect(run.printed).toMatch(/✖ Key +The passphrase doesn’t open the store/);
  expect(run.exitCode).toBe(1);
});

test('the passphrase isn’t asked for with --json, or for checks that need no store', async () => {
  const place = await locked();
  const { ask, asked } = personWith({});
  expect((await place.examine({}, { ask })).check('key').status).toBe('fail');
  await place.run({ checks: ['node', 'version'] }, { ask });
  expect(asked).toEqual([]);
});

test('permissions are checked before opening the store tightens them', async ({ skip }) => {
  skip(onWindows, noModes);
  const place = await locked();
  await chmod(place.storePath, 0o644);
  const { ask } = personWith({ passphrase: [new Secret('correct horse battery')] });
  const run = await place.run({ checks: ['permissions', 'key'] }, { ask });
  expect(run.printed).toMatch(/✖ Permissions +other users can access .* \(mode 0644\)/);
});

test('doctor --all fails if the store doesn’t open, even if no check is about the store', async () => {
  const place = await locked();
  const all = { checks: ['token'], all: true };
  const thrown = await place.run(all, { env: { OTTOKIT_TIKTOK_PASSPHRASE: 'wrong' } }).catch((error: unknown) => error);
  expect(thrown).toMatchObject({ code: 'passphrase-wrong' });
  const { printed, exitCode } = await place.run({ all: true });
  expect(printed.split('\n').at(-1)).toBe('No profile was checked, because the store can’t be opened.');
  expect(exitCode).toBe(1);
  const reported = await place.examine({ checks: ['key', 'token'], all: true });
  expect(reported.check('key').status).toBe('fail');
  expect(reported.exitCode).toBe(1);
});

test('Ctrl-C while doctor --all opens the store isn’t mistaken for a store without profiles', async () => {
  const place = await locked();
  const leaving = new AbortController();
  const { clock } = place.input(hostsAt('http://127.0.0.1:9')).io;
  const slow = {
    ...place.input(hostsAt('http://127.0.0.1:9'), { signal: leaving.signal }),
    checks: [],
    openStore: async () => {
      leaving.abort();
      await clock.sleep(100);
      throw new Error('it never opens');
    },
  };
  const everyProfile = { pattern: '*', concurrency: 1, onProgress: () => undefined };
  const thrown = await diagnoseFleet(slow, everyProfile).catch((error: unknown) => error);
  expect(thrown).toMatchObject({ code: 'interrupted' });
});
