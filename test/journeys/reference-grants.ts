import { randomBytes } from 'node:crypto';

export interface ReferenceApp {
  readonly appKey: string;
  readonly appSecret: string;
  readonly serviceId: string;
}

/** A shop as `GET /authorization/202309/shops` lists it. */
export interface ReferenceListing {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly seller_type: string;
  readonly cipher: string;
  readonly code: string;
}

/** The result of one visit to the authorization page. With `shows`, the page only shows that text. */
export type Visit = 'approved' | 'declined' | 'by a creator' | { readonly shows: string };

export interface ReferenceRules {
  /** Seconds. */
  accessTokenLifetime: number;
  /** Whether a refresh returns a new refresh token and invalidates the old one. */
  readonly rotates: boolean;
  grantedScopes: readonly string[];
  /** The results of the next visits, in order; later visits are approved. */
  visits: Visit[];
}

/** The reference shop's state and rules. */
export interface ReferenceWorld {
  readonly app: ReferenceApp;
  /** The Redirect URL stored on the app. */
  redirectUrl: string;
  readonly rules: ReferenceRules;
  /** Another app that the same seller can authorize. */
  readonly otherApp: Omit<ReferenceApp, 'appSecret'>;
  /** Codes issued to a creator's account. */
  readonly creatorCodes: Set<string>;
  readonly listings: readonly ReferenceListing[];
  /** code → when it was issued, in milliseconds since 1970. */
  readonly codes: Map<string, number>;
  /** access token → its expiry, in Unix seconds. */
  readonly accessTokens: Map<string, number>;
  readonly refreshTokens: Set<string>;
  /** Ciphers of the shops that the app may still access. */
  readonly authorized: Set<string>;
  /** Every value that must not appear anywhere in plain text. */
  readonly secrets: string[];
  /** Everything the client did wrong. */
  readonly violations: string[];
}

export function referenceWorld(
  redirectUrl: string,
  rules: ReferenceRules,
  [first, second]: readonly [string, string] = ['Teapots & Söhne', 'Kettle <Ltd>'],
): ReferenceWorld {
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

/** Creates and records a random secret in the format of codes, tokens and ciphers: `ROW_` and base64url. */
export function invent({ secrets }: Pick<ReferenceWorld, 'secrets'>, length: number): string {
  const value = `ROW_${randomBytes(length).toString('base64url')}`.slice(0, length);
  secrets.push(value);
  return value;
}

function digits(count: number): string {
  return BigInt(`0x${randomBytes(count).toString('hex')}`)
    .toString()
    .slice(-count);
}
