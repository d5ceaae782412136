import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ReferenceShop, Held } from '../journeys/reference-shop.ts';

const refresh = '/api/v2/token/refresh';

/** Starts a server through which a driver on another system controls the shop. The responses are JSON. */
export async function startControl(shop: ReferenceShop): Promise<{ readonly origin: string; close(): Promise<void> }> {
  let held: Held | undefined;
  const actions: Readonly<Record<string, (query: URLSearchParams) => unknown>> = {
    '/lifetime': (query) => (shop.rules.accessTokenLifetime = Number(query.get('seconds'))),
    '/redirect': (query) => {
      shop.redirectTo(query.get('to') ?? '');
    },
    '/counts': () => ({ refreshes: shop.count(refresh) }),
    '/hold': () => {
      held = shop.hold(refresh);
    },
    '/arrived': () => held?.arrived,
    '/release': () => {
      held?.release();
    },
  };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const act = actions[pathname];
    void Promise.resolve(act?.(searchParams)).then((answer) => {
      response.writeHead(act === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? null));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
