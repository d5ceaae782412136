import { randomBytes } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** A TikTok Shop that replaces the refresh token at every refresh, and keeps a log of them. */
export interface Shop {
  readonly origin: string;
  /** The last refresh token that was handed out for each grant. */
  readonly current: ReadonlyMap<string, string>;
  /** One entry for each answered refresh. */
  readonly refreshes: readonly string[];
  /** Grants of which two refreshes were under way at the same moment. */
  readonly overlaps: readonly string[];
  /** Refresh tokens that came and were not the current one. */
  readonly stale: readonly string[];
  /** Grants whose answer found nobody: the process that asked was dead by then. */
  readonly cut: readonly string[];
  /** When the last refresh of each grant was answered, in milliseconds since 1970. */
  readonly answeredAt: ReadonlyMap<string, number>;
  /** A first refresh token of a grant. */
  readonly grant: (name: string) => string;
  readonly stop: () => Promise<void>;
}

interface Timing {
  /** Milliseconds. */
  readonly latency?: number;
  /** Called when an answer is about to be sent. */
  readonly beforeAnswer?: () => Promise<void> | void;
  /** A socket's path; a port of this computer if omitted. */
  readonly socket?: string;
}

/** Refresh tokens name their grant: `REFRESH-<grant>-<random>`. */
export async function startShop({ latency = 0, beforeAnswer, socket }: Timing = {}): Promise<Shop> {
  const current = new Map<string, string>();
  const underWay = new Set<string>();
  const refreshes: string[] = [];
  const overlaps: string[] = [];
  const stale: string[] = [];
  const cut: string[] = [];
  const answeredAt = new Map<string, number>();
  const handOut = (name: string): string => {
    const token = `REFRESH-${name}-${randomBytes(12).toString('hex')}`;
    current.set(name, token);
    return token;
  };
  const answer = async (url: URL, response: ServerResponse): Promise<void> => {
    const given = url.searchParams.get('refresh_token') ?? '';
    const name = /^REFRESH-(.+)-[0-9a-f]{24}$/.exec(given)?.[1] ?? '';
    if (underWay.has(name)) overlaps.push(name);
    underWay.add(name);
    try {
      await sleep(latency);
      if (current.get(name) !== given) {
        stale.push(given);
        response.end(JSON.stringify({ code: 36004005, message: 'refresh token is invalid', request_id: 'r' }));
        return;
      }
      const refreshToken = handOut(name);
      refreshes.push(name);
      answeredAt.set(name, Date.now());
      await beforeAnswer?.();
      response.once('close', () => {
        if (!response.writableFinished) cut.push(name);
      });
      if (response.destroyed) cut.push(name);
      response.end(JSON.stringify({ code: 0, message: 'success', request_id: 'r', data: pair(name, refreshToken) }));
    } finally {
      underWay.delete(name);
    }
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://shop');
    response.setHeader('content-type', 'application/json');
    response.setHeader('connection', 'close');
    void answer(url, response);
  });
  await new Promise<void>((resolve) => {
    if (socket === undefined) server.listen(0, '127.0.0.1', resolve);
    else server.listen(socket, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    origin: `http://127.0.0.1:${String(port)}`,
    current,
    refreshes,
    overlaps,
    stale,
    cut,
    answeredAt,
    grant: handOut,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function pair(name: string, refreshToken: string): object {
  const now = Math.floor(Date.now() / 1_000);
  return {
    access_token: `ACCESS-${name}-${randomBytes(12).toString('hex')}`,
    access_token_expire_in: now + 7 * 86_400,
    refresh_token: refreshToken,
    refresh_token_expire_in: now + 365 * 86_400,
    open_id: 'open',
    seller_name: 'A seller',
    seller_base_region: 'GB',
    user_type: 0,
    granted_scopes: ['seller.order.info'],
  };
}
