import { neededScopes, shopListScope } from '../scopes/catalog.ts';
import { createInventor, type App, type Inventor, type Shop } from './invent.ts';

/** One approval by a seller, and what it grants the app. */
export interface Grant {
  readonly openId: string;
  readonly scopes: readonly string[];
  readonly shops: readonly Shop[];
}

/** The codes and tokens that TikTok Shop has issued. */
export type Ledger = ReturnType<typeof createLedger>;

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
  /** The visits to the authorization address, by ticket. `state` is the address's; `null` if it had none. */
  readonly visits: Map<string, { readonly state: string | null; readonly stage: 'opened' | 'signed-in' | 'decided' }>;
  /** TikTok Shop's clock: milliseconds since 1970. */
  readonly now: () => number;
  readonly requestId: () => string;
}

/** The keys of OttoKit's scopes, and of the one for listing the shops. */
export const demoScopes: readonly string[] = [...neededScopes, shopListScope].map(({ key }) => key);

/** The demo's TikTok Shop: one British shop, whose app is generated. */
export function createWorld(redirectUrl: string): World {
  const invent = createInventor('ROW_');
  const shop = invent.shop('GB');
  const granted = { scopes: demoScopes, shops: [shop] };
  return {
    app: invent.app(),
    redirectUrl,
    seller: shop,
    ...granted,
    invent,
    ledger: createLedger(granted, invent),
    visits: new Map(),
    now: Date.now,
    requestId: () => invent.requestId(Date.now()),
  };
}

/** Keeps codes and tokens. Tokens stay valid until the demo ends. */
function createLedger(granted: Omit<Grant, 'openId'>, invent: Inventor) {
  const codes = new Set<string>();
  const grants = new Map<string, Grant>();
  return {
    issueCode(): string {
      const code = invent.longToken();
      codes.add(code);
      return code;
    },
    /** Redeems a code. Returns its authorization, or `null` if the code is unknown or used. */
    redeem(code: string): Grant | null {
      return codes.delete(code) ? { openId: invent.openId(), ...granted } : null;
    },
    /** Returns the fields of a token response that are new each time. Expiry times are in Unix seconds. */
    issueTokens(grant: Grant) {
      const accessToken = invent.longToken();
      grants.set(accessToken, grant);
      const now = Math.floor(Date.now() / 1000);
      return {
        access_token: accessToken,
        access_token_expire_in: now + 7 * 86_400,
        refresh_token: invent.refreshToken(),
        refresh_token_expire_in: now + 365 * 86_400,
      };
    },
    /** Returns the authorization of an access token; `undefined` if the token isn't valid. */
    find(accessToken: string): Grant | undefined {
      return grants.get(accessToken);
    },
  };
}
