import type { Grant, Inventor, Ledger, Shop } from '../../src/simulator/world.ts';
import { failures, type VendorFailure } from './failures.ts';
import type { Scenario } from './scenarios.ts';

/** A code works once, for 30 minutes (TikTok Shop Partner Center docs, "Authorization overview"). */
const codeLifetimeMs = 30 * 60_000;
/** Seconds. */
const refreshTokenLifetime = 365 * 86_400;
/** From a live response: a time in 2124, which exceeds 32 bits. */
const in2124 = 4878250317;

/** An authorization that can be revoked and refreshed. */
export interface LastingGrant extends Grant {
  /** The shops it is still valid for. */
  shops: readonly Shop[];
  revoked: boolean;
  /** The only valid refresh token; empty until tokens are issued. */
  refreshToken: string;
  /** Unix seconds. */
  refreshExpiresAt: number;
}

/** Every issued value, in order. Tests search for them where they must not appear. */
export interface Issued {
  readonly codes: readonly string[];
  readonly accessTokens: readonly string[];
  readonly refreshTokens: readonly string[];
  readonly ciphers: readonly string[];
}

/** A ledger whose codes, tokens and authorizations expire, and which follows the current scenario. */
export interface LastingLedger extends Ledger {
  readonly issued: Issued;
  redeem(code: string): LastingGrant | null;
  issueTokens(grant: LastingGrant): ReturnType<Ledger['issueTokens']>;
  findByRefreshToken(token: string): LastingGrant | null;
  find(token: string): LastingGrant | undefined;
  /** Why an access token isn't valid; `undefined` if it is. */
  whyInvalid(token: string): VendorFailure | undefined;
  readonly expireAccessTokens: () => void;
  /** Revokes every existing authorization, as the seller can. */
  readonly revoke: () => void;
}

interface LedgerOptions {
  readonly invent: Inventor;
  readonly shops: readonly Shop[];
  readonly scopes: () => readonly string[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Seconds. */
  readonly accessTokenLifetime: number;
  readonly scenario: () => Scenario;
}

interface AccessToken {
  readonly grant: LastingGrant;
  readonly isFirst: boolean;
  /** Unix seconds. */
  expiresAt: number;
}

const tokenShape = /^(?:TTP|ROW|GCP)_[\w-]+$/;

export function createLedger(options: LedgerOptions): LastingLedger {
  const { invent, shops, scopes, now, accessTokenLifetime, scenario } = options;
  const codes = new Map<string, number>();
  const grants: LastingGrant[] = [];
  const access = new Map<string, AccessToken>();
  const issued = {
    ...{ codes: [] as string[], accessTokens: [] as string[], refreshTokens: [] as string[] },
    ciphers: shops.map(({ cipher }) => cipher),
  };
  const seconds = (): number => Math.floor(now() / 1000);
  const record = (list: string[], value: string): string => {
    list.push(value);
    return value;
  };
  const whyInvalid = (token: string): VendorFailure | undefined => {
    const entry = access.get(token);
    if (entry === undefined) {
      return token === '' || tokenShape.test(token) ? failures['token-unknown'] : failures['token-malformed'];
    }
    if (entry.grant.revoked || scenario() === 'revoked') return failures.revoked;
    const isExpired = entry.expiresAt <= seconds() || (scenario() === 'expired-token' && entry.isFirst);
    return isExpired ? failures['token-expired'] : undefined;
  };
  return {
    issued,
    issueCode() {
      const code = record(issued.codes, invent.longToken());
      codes.set(code, now());
      return code;
    },
    redeem(code) {
      const issuedAt = codes.get(code);
      codes.delete(code);
      if (issuedAt === undefined || now() - issuedAt > codeLifetimeMs) return null;
      if (['expired-code', 'used-code'].includes(scenario())) return null;
      const refreshExpiresAt = seconds() + refreshTokenLifetime;
      const unused = { revoked: false, refreshToken: '', refreshExpiresAt };
      const grant = { openId: invent.openId(), scopes: scopes(), shops, ...unused };
      grants.push(grant);
      return grant;
    },
    issueTokens(grant) {
      if (scenario() === 'hundred-years') grant.refreshExpiresAt = in2124;
      const isFirst = grant.refreshToken === '';
      const accessToken = record(issued.accessTokens, invent.longToken());
      const expiresAt = seconds() + accessTokenLifetime;
      access.set(accessToken, { grant, isFirst, expiresAt });
      grant.refreshToken = record(issued.refreshTokens, invent.refreshToken());
      const { refreshToken, refreshExpiresAt } = grant;
      return {
        ...{ access_token: accessToken, access_token_expire_in: expiresAt },
        ...{ refresh_token: refreshToken, refresh_token_expire_in: refreshExpiresAt },
      };
    },
    findByRefreshToken(token) {
      if (scenario() === 'revoked') return null;
      return grants.find((grant) => grant.refreshToken === token && !grant.revoked) ?? null;
    },
    find: (token) => (whyInvalid(token) === undefined ? access.get(token)?.grant : undefined),
    whyInvalid,
    expireAccessTokens() {
      for (const entry of access.values()) entry.expiresAt = 0;
    },
    revoke() {
      for (const grant of grants) grant.revoked = true;
    },
  };
}
