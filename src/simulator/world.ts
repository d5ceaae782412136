import { randomBytes } from 'node:crypto';
import { neededScopes, shopListScope } from '../scopes/catalog.ts';

export type Inventor = ReturnType<typeof createInventor>;

export type App = ReturnType<Inventor['app']>;
export type Shop = ReturnType<Inventor['shop']>;

/** One approval by a seller, and what it grants the app. */
export interface Grant {
  readonly openId: string;
  readonly scopes: readonly string[];
  readonly shops: readonly Shop[];
}

export type Ledger = ReturnType<typeof createLedger>;

/** A visit to the authorization address, and its `state`, if there was one. */
interface Visit {
  readonly state: string | null;
  readonly stage: 'opened' | 'signed-in' | 'decided';
}

export type World = Readonly<ReturnType<typeof createWorld>>;

export const demoScopes: readonly string[] = [...neededScopes, shopListScope].map(({ key }) => key);

const digits = '0123456789';
const hex = '0123456789abcdef';
const lower = 'abcdefghijklmnopqrstuvwxyz';

/** The values look like TikTok Shop's. `prefix`: `TTP_` in the US portal, `ROW_` in the other. */
export function createInventor(prefix: 'TTP_' | 'ROW_') {
  const pick = (alphabet: string, length: number): string =>
    Array.from(randomBytes(length), (byte) => alphabet.charAt(byte % alphabet.length)).join('');
  const base64url = (length: number): string => randomBytes(length).toString('base64url').slice(0, length);
  /** Service IDs and shop IDs. They never end in 0, because that looks like a number that a spreadsheet rounded. */
  const longId = (): string => `7${pick(digits, 17)}1`;
  return {
    app: () => ({ appKey: `6${pick(digits + lower, 12)}`, appSecret: pick(hex, 40), serviceId: longId() }),
    shop: (region: string) => ({
      id: longId(),
      name: 'Demo Shop',
      region,
      sellerType: 'LOCAL',
      cipher: prefix + base64url(32),
      code: `${region}LC${pick(digits + lower.toUpperCase(), 6)}`,
    }),
    longToken: () => prefix + base64url(128),
    refreshToken: () => prefix + base64url(75),
    openId: () => base64url(54),
    requestId: (now: number) =>
      new Date(now).toISOString().replaceAll(/\D/g, '').slice(0, 14) + pick(hex.toUpperCase(), 20),
    ticket: () => base64url(43),
  };
}

/** The demo's TikTok Shop: one British shop and one app, whose Redirect URL is `redirectUrl`. */
export function createWorld(redirectUrl: string) {
  const invent = createInventor('ROW_');
  const shop = invent.shop('GB');
  const granted = { scopes: demoScopes, shops: [shop] as readonly Shop[] };
  return {
    app: invent.app(),
    redirectUrl,
    seller: { name: shop.name, region: shop.region },
    ...granted,
    invent,
    ledger: createLedger(granted, invent),
    /** By ticket. */
    visits: new Map<string, Visit>(),
    now: Date.now,
    requestId: () => invent.requestId(Date.now()),
  };
}

/** Tokens stay valid until the demo ends. */
function createLedger(granted: Omit<Grant, 'openId'>, invent: Inventor) {
  const codes = new Set<string>();
  const grants = new Map<string, Grant>();
  return {
    issueCode(): string {
      const code = invent.longToken();
      codes.add(code);
      return code;
    },
    /** Returns `null` if the code is unknown or used. */
    redeem: (code: string): Grant | null => (codes.delete(code) ? { openId: invent.openId(), ...granted } : null),
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
    find: (accessToken: string): Grant | undefined => grants.get(accessToken),
  };
}
