import { createInventor, type Inventor, type Prefix } from './invent.ts';
import { createLedger, type Ledger } from './ledger.ts';

/** An app in Partner Center, with invented credentials. */
export interface App {
  readonly appKey: string;
  readonly appSecret: string;
  readonly serviceId: string;
}

export interface Shop {
  readonly id: string;
  readonly name: string;
  /** ISO 3166-1 alpha-2: `GB`, `US`. */
  readonly region: string;
  /** `LOCAL` or `CROSS_BORDER`. */
  readonly sellerType: string;
  readonly cipher: string;
  /** What Seller Center shows for the shop. */
  readonly code: string;
}

/** Somebody who opened the authorization address. */
export interface Visit {
  /** From the address; `null` if it had none. */
  readonly state: string | null;
  readonly stage: 'opened' | 'signed-in' | 'decided';
}

/** Everything that one simulated TikTok Shop knows. */
export interface World {
  readonly app: App;
  /** The one stored on the app. */
  readonly redirectUrl: string;
  readonly seller: { readonly name: string; readonly region: string };
  readonly shops: readonly Shop[];
  /** The keys of the scopes that are on in Manage API. */
  readonly scopes: readonly string[];
  readonly invent: Inventor;
  readonly ledger: Ledger;
  /** By ticket. */
  readonly visits: Map<string, Visit>;
  /** TikTok Shop's clock: milliseconds since 1970. */
  readonly now: () => number;
  readonly requestId: () => string;
}

/** OttoKit's scopes, and the one that listing the shops needs. */
export const demoScopes: readonly string[] = [
  'seller.order.info',
  'seller.product.basic',
  'seller.product.write',
  'seller.fulfillment.basic',
  'seller.delivery.status.write',
  'seller.promotion.info',
  'seller.promotion.write',
  'seller.authorization.info',
];

/** Seconds. */
export const week = 7 * 86_400;

/** The demo's TikTok Shop: one British shop, whose app is made up. */
export function createWorld(redirectUrl: string): World {
  const invent = createInventor();
  const shop = inventShop(invent, { name: 'Demo Shop', region: 'GB' });
  const { prefix, now } = { prefix: prefixOf(shop.region), now: Date.now };
  return {
    app: { appKey: invent.appKey(), appSecret: invent.appSecret(), serviceId: invent.longId() },
    redirectUrl,
    seller: shop,
    shops: [shop],
    scopes: demoScopes,
    invent,
    ledger: createLedger({ invent, prefix, ciphers: [shop.cipher], now, accessTokenLifetime: week }),
    visits: new Map(),
    now,
    requestId: () => invent.requestId(now()),
  };
}

/** US shops have values of their own; all other markets share one kind. */
export const prefixOf = (region: string): Prefix => (region === 'US' ? 'TTP_' : 'ROW_');

export function inventShop(invent: Inventor, { name, region }: { name: string; region: string }): Shop {
  return {
    id: invent.longId(),
    name,
    region,
    sellerType: 'LOCAL',
    cipher: invent.cipher(prefixOf(region)),
    code: invent.shopCode(`${region}LC`),
  };
}
