import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { document, start } from '../journeys/run.ts';
import { serve } from '../network/servers.ts';
import { passphrase, storeOneConnection } from '../package/stored.ts';
import { openStore } from '../../src/store/open-store.ts';
import { makeClock } from '../../src/ground/clock.ts';
import { Secret } from '../../src/ground/secret.ts';

const profiles = 40;

test('Ctrl-C during doctor --all prints one document with the results so far, and exits with 130', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'fleet-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const configDirectory = join(directory, 'config');
  await storeOneConnection(configDirectory);
  const signal = new AbortController().signal;
  const env = { OTTOKIT_TIKTOK_PASSPHRASE: passphrase };
  const store = await openStore({
    io: {
      clock: makeClock(),
      env,
      configDirectory: () => configDirectory,
      dataDirectory: () => join(directory, 'data'),
      signal,
    },
    keychain: null,
  });
  const first = await store.profile('default');
  if (first === undefined) throw new Error('there is no profile to copy');
  const app = { ...first.app, appSecret: new Secret('b'.repeat(40)), serviceId: '7412345678901234567' };
  for (let number = 0; number < profiles; number += 1) {
    const name = `shop-${String(number)}`;
    await store.change(name, () => ({ ...first, name, app }));
  }
  let asked = 0;
  const { origin } = await serve((request, response) => {
    if (request.url?.includes('/shops') === true && ++asked === 20) running.kill('SIGINT');
    // Later requests get no response, so no more profiles are examined before the signal arrives.
    if (asked < 20) response.end('{"code":105005,"message":"Access denied."}');
  });
  const running = start(['doctor', '--all', '--json', '--concurrency', '2'], {
    env: { ...env, HOME: directory, OTTOKIT_TIKTOK_CONFIG_DIR: configDirectory, OTTOKIT_TIKTOK_ORIGIN: origin },
  });
  const run = await running.ended;
  expect(run.exitCode, run.stderr).toBe(130);
  const { profiles: known, total } = document(run) as { profiles: readonly unknown[]; total: number };
  expect(total).toBe(profiles + 1);
  expect(known.length).toBeGreaterThan(10);
  expect(known.length).toBeLessThan(25);
});
