import type { Inventor, Prefix } from './invent.ts';
import type { Ledger } from './ledger.ts';
import type { Scenario } from './scenarios.ts';

/** An app in Partner Center. The secret is a made-up one that opens nothing. */
export interface App {
  readonly appKey: string;
  readonly appSecret: string;
  readonly serviceId: string;
}

export interface Shop {
  readonly id: string;
  readonly name: string;
  /** Two capitals: `GB`, `US`. */
  readonly region: string;
  /** `LOCAL` or `CROSS_BORDER`. */
  readonly sellerType: string;
  readonly cipher: string;
  /** What Seller Center shows for the shop. */
  readonly code: string;
}

/** Somebody who opened the authorization address and has not decided yet. */
export interface Visit {
  /** As it stood in the address; `null` when it did not. */
  readonly state: string | null;
  readonly signedIn: boolean;
}

/** One simulated TikTok Shop: what it knows, and what it does at the moment. */
export interface World {
  readonly app: App;
  readonly redirectUrl: string;
  readonly seller: { readonly name: string; readonly region: string };
  readonly shops: readonly Shop[];
  /** What the app asks for in Manage API. */
  readonly scopes: readonly string[];
  readonly invent: Inventor;
  readonly ledger: Ledger;
  /** By ticket. */
  readonly visits: Map<string, Visit>;
  readonly rules: {
    /** Seconds. */
    readonly accessTokenLifetime: number;
    readonly rotateRefreshToken: boolean;
    /** Seconds. */
    readonly retryAfter: number;
    /** Milliseconds before every answer. */
    readonly latency: number;
    /** Milliseconds that `slow` adds. */
    readonly slowness: number;
    readonly autoApprove: boolean;
  };
  scenario(): Scenario;
  /** TikTok Shop's clock: milliseconds since 1970. */
  now(): number;
  requestId(): string;
  /** The authorization address was opened, and a page to sign in was shown. */
  visited(): void;
}

/** US shops have values of their own; every other market shares one kind. */
export function prefixOf(region: string): Prefix {
  return region === 'US' ? 'TTP_' : 'ROW_';
}

/** What an approval grants at the moment. */
export function scopesToGrant(world: World): readonly string[] {
  const scenario = world.scenario();
  if (scenario === 'missing-scope') return world.scopes.filter((key) => key !== 'seller.order.info');
  if (scenario === 'no-shop-scope') return world.scopes.filter((key) => key !== 'seller.authorization.info');
  return world.scopes;
}
