import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answer } from './reference-answers.ts';
import { neededScopes } from '../../src/scopes/catalog.ts';
import { referenceWorld, type ReferenceWorld } from './reference-grants.ts';

/** A received request, with its decoded query. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

/** A request whose response is held back. */
export interface Held {
  /** Resolves when the request has arrived and the response is decided but not sent. */
  readonly arrived: Promise<void>;
  release(): void;
}

export interface ReferenceShop extends Pick<ReferenceWorld, 'app' | 'otherApp' | 'listings' | 'rules'> {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  readonly requests: readonly Seen[];
  /** Everything the program did wrong. Journeys expect none. */
  readonly violations: readonly string[];
  readonly secrets: readonly string[];
  /** Holds back the response to the next request for this path. */
  hold(path: string): Held;
  count(path: string): number;
  /** Changes the Redirect URL that is stored on the app. */
  redirectTo(url: string): void;
  /** Acts as a seller who deauthorizes the app in Seller Center. */
  deauthorize(): void;
  /** Expires every access token and refresh token. */
  expire(): void;
  close(): Promise<void>;
}

export interface ReferenceShopOptions {
  readonly redirectUrl: string;
  /** Seconds; 7 days if omitted. */
  readonly accessTokenLifetime?: number;
  readonly rotates?: boolean;
  readonly grantedScopes?: readonly string[];
  /** The names of the two listed shops. */
  readonly shopNames?: readonly [string, string];
}

const week = 7 * 86_400;

/**
 * The scopes OttoKit needs, the one for listing shops, and one that OttoKit doesn't need, misspelled as in TikTok Shop.
 */
export const ordinaryScopes = [
  ...neededScopes.map(({ key }) => key),
  'seller.authorization.info',
  'serller.product.optimize',
];

/**
 * Starts a TikTok Shop that was written from TikTok Shop's public documentation alone, as a second opinion on what the
 * program assumes. It shares only the list of scopes with the program.
 */
export async function startReferenceShop(options: ReferenceShopOptions): Promise<ReferenceShop> {
  const { redirectUrl, accessTokenLifetime = week, rotates = false, grantedScopes = ordinaryScopes } = options;
  const world = referenceWorld(
    redirectUrl,
    { accessTokenLifetime, rotates, grantedScopes, visits: [] },
    options.shopNames,
  );
  const { app, otherApp, listings, rules, violations, secrets } = world;
  const requests: Seen[] = [];
  const holds = new Map<string, { arrive: () => void; gate: Promise<void> }>();

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const method = request.method ?? '';
    requests.push({ method, path, query: Object.fromEntries(query) });
    const { status, headers, body } = answer({ method, path, query, headers: request.headers }, world);
    const held = holds.get(path);
    holds.delete(path);
    held?.arrive();
    await held?.gate;
    response.writeHead(status, headers);
    response.end(body);
  };
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    ...{ app, otherApp, listings, rules, requests, violations, secrets },
    hold(path) {
      const [arrived, arrive] = promised();
      const [gate, release] = promised();
      holds.set(path, { arrive, gate });
      return { arrived, release };
    },
    count: (path) => requests.filter((seen) => seen.path === path).length,
    redirectTo(url) {
      world.redirectUrl = url;
    },
    deauthorize() {
      world.authorized.clear();
    },
    expire() {
      world.refreshTokens.clear();
      for (const token of world.accessTokens.keys()) world.accessTokens.set(token, 0);
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function promised(): [promise: Promise<void>, resolve: () => void] {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return [
    promise,
    () => {
      resolve();
    },
  ];
}
