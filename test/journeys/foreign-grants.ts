import { randomBytes } from 'node:crypto';

export interface ForeignApp {
  readonly appKey: string;
  readonly appSecret: string;
  readonly serviceId: string;
}

/** A shop as `GET /authorization/202309/shops` lists it. */
export interface ForeignListing {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly seller_type: string;
  readonly cipher: string;
  readonly code: string;
}

/** What becomes of one visit to the authorization page; a text is all that the page then shows. */
export type Visit = 'approved' | 'declined' | 'by a creator' | { readonly shows: string };

export interface ForeignRules {
  /** Seconds. */
  accessTokenLifetime: number;
  /** A refresh gives another refresh token and ends the one before. */
  readonly rotates: boolean;
  grantedScopes: readonly string[];
  /** What becomes of the next visits, in order; those after them are approved. */
  visits: Visit[];
}

/** What the foreign shop remembers, and how it behaves. */
export interface ForeignWorld {
  readonly app: ForeignApp;
  /** The one stored on the app. */
  redirectUrl: string;
  readonly rules: ForeignRules;
  /** Another app's, which the same seller can authorize. */
  readonly otherApp: Omit<ForeignApp, 'appSecret'>;
  /** Codes that a creator's account was given. */
  readonly creatorCodes: Set<string>;
  readonly listings: readonly ForeignListing[];
  /** code → when it was given, in milliseconds since 1970. */
  readonly codes: Map<string, number>;
  /** access token → its end, in Unix seconds. */
  readonly accessTokens: Map<string, number>;
  readonly refreshTokens: Set<string>;
  /** Ciphers of the shops that the app may still reach. */
  readonly authorized: Set<string>;
  /** Everything that may not be found in clear anywhere. */
  readonly secrets: string[];
  /** What a client may not do, done all the same. */
  readonly violations: string[];
}

export function foreignWorld(
  redirectUrl: string,
  rules: ForeignRules,
  [first, second]: readonly [string, string] = ['Teapots & Söhne', 'Kettle <Ltd>'],
): ForeignWorld {
  const app = {
    appKey: `6${randomBytes(6).toString('hex')}`,
    appSecret: randomBytes(20).toString('hex'),
    serviceId: `7${digits(17)}1`,
  };
  const world = {
    app,
    redirectUrl,
    rules,
    otherApp: { appKey: `6${randomBytes(6).toString('hex')}`, serviceId: `7${digits(17)}1` },
    creatorCodes: new Set<string>(),
    codes: new Map<string, number>(),
    accessTokens: new Map<string, number>(),
    refreshTokens: new Set<string>(),
    secrets: [app.appSecret],
    violations: [],
  };
  const listings = [
    { name: first, region: 'DE', seller_type: 'LOCAL' },
    { name: second, region: 'GB', seller_type: 'CROSS_BORDER' },
  ].map((listing) => ({ ...listing, id: `749${digits(16)}`, cipher: invent(world, 36), code: `DELC${digits(6)}` }));
  return { ...world, listings, authorized: new Set(listings.map(({ cipher }) => cipher)) };
}

/** A secret of this many characters, of the shape of codes, tokens and ciphers: `ROW_` and base64url. */
export function invent({ secrets }: Pick<ForeignWorld, 'secrets'>, length: number): string {
  const value = `ROW_${randomBytes(length).toString('base64url')}`.slice(0, length);
  secrets.push(value);
  return value;
}

function digits(count: number): string {
  return BigInt(`0x${randomBytes(count).toString('hex')}`)
    .toString()
    .slice(-count);
}
