import { neededScopes, shopListScope } from '../scopes/catalog.ts';
import { createInventor, type Inventor } from './invent.ts';
import { createLedger, type Ledger, type Shop } from './ledger.ts';

/** An app in Partner Center, with generated credentials. */
export interface App {
  readonly appKey: string;
  readonly appSecret: string;
  readonly serviceId: string;
}

/** Someone who opened the authorization address. */
interface Visit {
  /** The state in the address; `null` if it had none. */
  readonly state: string | null;
  readonly stage: 'opened' | 'signed-in' | 'decided';
}

/** The state of one simulated TikTok Shop. */
export interface World {
  readonly app: App;
  /** The Redirect URL stored on the app. */
  readonly redirectUrl: string;
  readonly seller: { readonly name: string; readonly region: string };
  readonly shops: readonly Shop[];
  /** The keys of the scopes that are turned on in Manage API. */
  readonly scopes: readonly string[];
  readonly invent: Inventor;
  readonly ledger: Ledger;
  /** By ticket. */
  readonly visits: Map<string, Visit>;
  /** TikTok Shop's clock: milliseconds since 1970. */
  readonly now: () => number;
  readonly requestId: () => string;
}

/** OttoKit's scopes, and the one for listing the shops. */
export const demoScopes: readonly string[] = [...neededScopes, shopListScope].map(({ key }) => key);

/** The demo's TikTok Shop: one British shop, whose app is generated. */
export function createWorld(redirectUrl: string): World {
  const invent = createInventor();
  const shop = { ...invent.shop('ROW_', 'GB'), name: 'Demo Shop' };
  const granted = { scopes: demoScopes, shops: [shop] };
  return {
    app: invent.app(),
    redirectUrl,
    seller: shop,
    ...granted,
    invent,
    ledger: createLedger(granted, invent, 'ROW_'),
    visits: new Map(),
    now: Date.now,
    requestId: () => invent.requestId(Date.now()),
  };
}
