import { createInventor, type Inventor, type Random } from './invent.ts';
import { createLedger } from './ledger.ts';
import type { Scenario } from './scenarios.ts';
import { prefixOf, type App, type Shop, type World } from './world.ts';

export interface SimulatorOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  readonly scenario?: Scenario;
  /** Made up when absent. */
  readonly app?: App;
  /** The one stored on the app. */
  readonly redirectUrl: string;
  /** What is absent of a shop is made up; one shop in GB when there is no list. */
  readonly shops?: readonly Partial<Shop>[];
  /** Keys as `granted_scopes` spells them. */
  readonly grantedScopes?: readonly string[];
  /** Milliseconds before every answer. */
  readonly latency?: number;
  /** Milliseconds that `slow` adds; 5 seconds when absent. */
  readonly slowness?: number;
  /** Seconds that `rate-limit` asks to wait. */
  readonly retryAfter?: number;
  readonly now?: () => number;
  readonly random?: Random;
  /** Seconds; 7 days when absent. */
  readonly accessTokenLifetime?: number;
  /** Whether a refresh replaces the refresh token; it does when absent, which is the stricter way. */
  readonly rotateRefreshToken?: boolean;
  /** The authorization address redirects at once, as if decided before: for a browser that only follows redirects. */
  readonly autoApprove?: boolean;
}

const week = 7 * 86_400;
const clockSkew = 10 * 60_000;
const knownScopes = [
  'seller.order.info',
  'seller.product.basic',
  'seller.product.write',
  'seller.fulfillment.basic',
  'seller.delivery.status.write',
  'seller.promotion.info',
  'seller.promotion.write',
  'seller.authorization.info',
];

/** Makes up what the options leave open. `visited` is called when the page for signing in is shown. */
export function createWorld(options: SimulatorOptions, scenario: () => Scenario, visited: () => void): World {
  const invent = createInventor(options.random);
  const shops = (options.shops ?? [{}]).map((shop) => completeShop(shop, invent));
  const seller = { name: shops[0]?.name ?? 'Demo Seller', region: shops[0]?.region ?? 'GB' };
  const clock = options.now ?? Date.now;
  const now = (): number => clock() + (scenario() === 'clock-skew' ? clockSkew : 0);
  return {
    app: options.app ?? { appKey: invent.appKey(), appSecret: invent.appSecret(), serviceId: invent.longId() },
    redirectUrl: options.redirectUrl,
    seller,
    shops,
    scopes: options.grantedScopes ?? knownScopes,
    invent,
    ledger: createLedger({ invent, prefix: prefixOf(seller.region), ciphers: shops.map(({ cipher }) => cipher), now }),
    visits: new Map(),
    rules: {
      accessTokenLifetime: options.accessTokenLifetime ?? week,
      rotateRefreshToken: options.rotateRefreshToken ?? true,
      retryAfter: options.retryAfter ?? 30,
      latency: options.latency ?? 0,
      slowness: options.slowness ?? 5000,
      autoApprove: options.autoApprove ?? false,
    },
    scenario,
    now,
    requestId: () => invent.requestId(now()),
    visited,
  };
}

function completeShop(shop: Partial<Shop>, invent: Inventor): Shop {
  const region = shop.region ?? 'GB';
  return {
    id: invent.longId(),
    name: 'Demo Shop',
    sellerType: 'LOCAL',
    cipher: invent.cipher(prefixOf(region)),
    code: invent.shopCode(`${region}LC`),
    ...shop,
    region,
  };
}
