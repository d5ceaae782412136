import { join } from 'node:path';
import { copyMachine, fill } from '../store/postgres/fleet.ts';
import { namespaceWith, type Namespace } from '../store/postgres/namespaces.ts';
import { startShop } from '../store/postgres/shop.ts';
import type { MeasuredServer } from './database.ts';
import { runAll } from './run.ts';
import { environment } from './stores.ts';
import { row, type Row } from './table.ts';

/** Measures what happens when 200 processes in three network namespaces ask for the token of one profile at once. */
export async function crowdRows({ launcher, place, server }: MeasuredServer): Promise<readonly Row[]> {
  const socket = join(place, 'shop.sock');
  const shop = await startShop({ socket, latency: 300 });
  const namespaces: Namespace[] = [];
  try {
    for (const number of [0, 1, 2]) namespaces.push(await namespaceWith(socket, number));
    await server.database('crowd');
    const url = `postgresql://postgres@/crowd?host=${server.directory}&port=${String(server.port)}`;
    const [first = '', ...others] = namespaces.map(({ name }) => join(place, name));
    await fill(first, url, shop, ['shop']);
    for (const root of others) await copyMachine(first, root);
    const names = Array.from({ length: 200 }, (_, index) => namespaces[index % 3]?.name ?? '');
    const printed = await runAll(
      names.map(() => [launcher, 'token', '--profile', 'shop']),
      {
        env: (index) => ({
          ...environment(place, 'crowd'),
          XDG_DATA_HOME: join(place, names[index] ?? '', 'share'),
          OTTOKIT_TIKTOK_STORE: url,
          OTTOKIT_TIKTOK_ORIGIN: 'http://127.0.0.1:8080',
        }),
        // The shop runs in this process, which must still answer in time.
        through: (index) => ['nice', '-n', '15', 'ip', 'netns', 'exec', names[index] ?? ''],
      },
    );
    return [
      row('refreshes for 200 × token from three network namespaces', shop.refreshes.length, '', 1),
      row('different tokens they print', new Set(printed).size, '', 1),
    ];
  } finally {
    for (const namespace of namespaces) await namespace.close();
    await shop.stop();
  }
}
