import { randomBytes } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A TikTok Shop that replaces the refresh token at every refresh, and records the refreshes. The user agent identifies the
 * client.
 */
export interface Shop {
  readonly origin: string;
  /** The last refresh token returned for each authorization. */
  readonly current: ReadonlyMap<string, string>;
  /** The authorization of each successful refresh. */
  readonly refreshes: readonly string[];
  /**
   * Authorizations with two refreshes at the same moment, the first of them requested by a process that is still
   * running.
   */
  readonly overlaps: readonly string[];
  /** The refresh tokens that were refused because they were outdated. */
  readonly stale: readonly string[];
  /** The clients that received each authorization's refresh tokens, in this order. */
  readonly askedBy: ReadonlyMap<string, readonly string[]>;
  /** Issues the first refresh token of an authorization. */
  readonly grant: (name: string) => string;
  readonly stop: () => Promise<void>;
}

interface ShopSettings {
  /** Milliseconds. */
  readonly latency?: number;
  /** Runs right before a refresh is answered. */
  readonly beforeAnswer?: () => Promise<void> | void;
  /** The path of a Unix socket; a port of this computer if omitted. */
  readonly socket?: string;
  /**
   * Accepts the previous refresh token until the current one is used, as many servers do in case their response was lost.
   */
  readonly acceptsPrevious?: boolean;
  readonly isDead?: (asker: string) => boolean;
}

/** Refresh tokens contain their authorization: `REFRESH-<grant>-<random>`. */
export async function startShop(settings: ShopSettings = {}): Promise<Shop> {
  const { latency = 0, beforeAnswer, socket, acceptsPrevious = false, isDead = () => false } = settings;
  const current = new Map<string, string>();
  const previous = new Map<string, string>();
  const underWay = new Map<string, string>();
  const refreshes: string[] = [];
  const overlaps: string[] = [];
  const stale: string[] = [];
  const askedBy = new Map<string, string[]>();
  const handOut = (name: string): string => {
    const token = `REFRESH-${name}-${randomBytes(12).toString('hex')}`;
    current.set(name, token);
    return token;
  };
  const answer = async (url: URL, asker: string, response: ServerResponse): Promise<void> => {
    const given = url.searchParams.get('refresh_token') ?? '';
    const name = /^REFRESH-(.+)-[0-9a-f]{24}$/.exec(given)?.[1] ?? '';
    const other = underWay.get(name);
    if (other !== undefined && !isDead(other)) overlaps.push(name);
    underWay.set(name, asker);
    try {
      await sleep(latency);
      await beforeAnswer?.();
      if (given !== current.get(name) && !(acceptsPrevious && given === previous.get(name))) {
        stale.push(given);
        response.end(JSON.stringify({ code: 36004005, message: 'refresh token is invalid', request_id: 'r' }));
        return;
      }
      previous.set(name, given);
      const refreshToken = handOut(name);
      refreshes.push(name);
      askedBy.set(name, [...(askedBy.get(name) ?? []), asker]);
      response.end(JSON.stringify({ code: 0, message: 'success', request_id: 'r', data: pair(name, refreshToken) }));
    } finally {
      if (underWay.get(name) === asker) underWay.delete(name);
    }
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://shop');
    response.setHeader('content-type', 'application/json');
    response.setHeader('connection', 'close');
    void answer(url, request.headers['user-agent'] ?? '', response);
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
    askedBy,
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
