/**
 * Refreshes `count` profiles as one machine of a team, and reports each: fleet-worker <root> <url> <origin>
 * <concurrency> <count>
 */
import { freshToken } from '../../../src/connection/fresh-token.ts';
import { makeHttp } from '../../../src/network/http.ts';
import type { Region } from '../../../src/ground/regions.ts';
import { visitAll } from '../../../src/doctor/fleet.ts';
import { hostsOf } from '../../../src/tiktok/portals.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { dataOf, passphrase } from './fleet.ts';
import { ioIn } from '../child-setting.ts';

const [root = '', url = '', origin = '', concurrency = '1', count = '0'] = process.argv.slice(2);

async function work(): Promise<void> {
  const env = { OTTOKIT_TIKTOK_STORE: url, OTTOKIT_TIKTOK_PASSPHRASE: passphrase };
  const io = {
    ...ioIn(root, env),
    dataDirectory: () => dataOf(root),
    http: makeHttp({ env: {}, userAgent: String(process.pid) }).http,
  };
  const store = await openStore({ io, keychain: null });
  const names = (await store.names()).slice(0, Number(count));
  const hosts = (region: Region) => hostsOf(region, origin);
  await visitAll(names, Number(concurrency), async (name, waits) => {
    const fresh = await freshToken({ io, store, hosts }, name, { waits });
    if (!fresh.ok && !waits && fresh.failure.code === 'profile-claimed') return false;
    process.stdout.write(
      fresh.ok ? `${name} is fresh\n` : `${name} failed: ${fresh.failure.code} ${fresh.failure.message}\n`,
    );
    return true;
  });
}

void work();
