/* A machine that keeps a fleet fresh and reports each profile: fleet-worker <root> <url> <origin> <concurrency> <count> */
import { freshToken } from '../../../src/connection/fresh-token.ts';
import { makeHttp } from '../../../src/network/http.ts';
import { shuffled } from '../../../src/ground/shuffled.ts';
import { hostsOf } from '../../../src/tiktok/portals.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { dataOf, passphrase } from './fleet.ts';
import { ioIn } from '../child-setting.ts';

const [root = '', url = '', origin = '', concurrency = '1', count = '0'] = process.argv.slice(2);

async function work(): Promise<void> {
  const env = { OTTOKIT_TIKTOK_STORE: url, OTTOKIT_TIKTOK_PASSPHRASE: passphrase };
  const io = {
    ...ioIn(root, env),
    dataDirectory: dataOf(root),
    http: makeHttp({ env: {}, userAgent: String(process.pid) }).http,
  };
  const store = await openStore({ io, keychain: null });
  const names = (await store.names()).slice(0, Number(count));
  const left = shuffled(names);
  const next = async (): Promise<void> => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      const fresh = await freshToken(io, store, (region) => hostsOf(region, origin), name);
      process.stdout.write(
        fresh.ok ? `${name} is fresh\n` : `${name} failed: ${fresh.failure.code} ${fresh.failure.message}\n`,
      );
    }
  };
  await Promise.all(Array.from({ length: Number(concurrency) }, next));
  await store.close();
}

void work();
