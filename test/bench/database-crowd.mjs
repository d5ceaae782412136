import { join } from 'node:path';
import { environment } from './stores.mjs';
import { runAll } from './run.mjs';
import { row } from './table.mjs';

/** 200 processes on three computers, each with its own loopback, ask for the token of one expired authorization. */
export async function crowdRows({ launcher, sources, place, server }) {
  const socket = join(place, 'shop.sock');
  const shop = await sources.startShop({ socket, latency: 300 });
  const namespaces = [];
  try {
    for (const number of [0, 1, 2]) namespaces.push(await sources.namespaceWith(socket, number));
    const names = namespaces.map(({ name }) => name);
    await server.database('crowd');
    const url = `postgresql://postgres@/crowd?host=${server.directory}&port=${server.port}`;
    const roots = names.map((name) => join(place, name));
    await sources.fill(roots[0], url, shop, ['shop']);
    for (const root of roots.slice(1)) await sources.copyMachine(roots[0], root);
    const printed = await runAll(Array(200).fill([launcher, 'token', '--profile', 'shop']), {
      env: (index) => ({
        ...environment(place, 'crowd'),
        XDG_DATA_HOME: join(roots[index % 3], 'share'),
        OTTOKIT_TIKTOK_STORE: url,
        OTTOKIT_TIKTOK_ORIGIN: 'http://127.0.0.1:8080',
      }),
      // The shop is in this process, and must still answer in time.
      through: (index) => ['nice', '-n', '15', 'ip', 'netns', 'exec', names[index % 3]],
    });
    return [
      row('refreshes for 200 × token from three network namespaces', shop.refreshes.length, '', 1),
      row('different tokens they print', new Set(printed).size, '', 1),
    ];
  } finally {
    for (const namespace of namespaces) await namespace.close();
    await shop.stop();
  }
}
