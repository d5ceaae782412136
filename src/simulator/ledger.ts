import type { Inventor, Prefix } from './invent.ts';

/** A code works once, for 30 minutes (TikTok Shop Partner Center docs, "Authorization overview"). */
const codeLifetimeMs = 30 * 60_000;
/** Seconds. */
const refreshTokenLifetime = 365 * 86_400;

/** What one seller granted the app by one approval. */
export interface Grant {
  readonly openId: string;
  readonly scopes: readonly string[];
  /** Ciphers of the shops it is still valid for. */
  readonly ciphers: Set<string>;
  revoked: boolean;
  /** The only valid one; empty before the first tokens. */
  refreshToken: string;
  /** Unix seconds. */
  refreshExpiresAt: number;
}

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Unix seconds. */
  readonly accessExpiresAt: number;
  /** Unix seconds. */
  readonly refreshExpiresAt: number;
}

/** What TikTok Shop remembers about codes and tokens. */
export interface Ledger {
  issueCode(): string;
  /** Uses up a code. Returns its grant, or `null` if the code is unknown, used or too old. */
  redeem(code: string, scopes: readonly string[]): Grant | null;
  /** New tokens; the grant's earlier refresh token is no longer valid. */
  issueTokens(grant: Grant): Tokens;
  findByRefreshToken(token: string): Grant | null;
  /** The grant of an access token, or why the token isn't valid. */
  admit(token: string): Grant | 'unknown' | 'revoked' | 'expired';
}

interface LedgerOptions {
  readonly invent: Inventor;
  readonly prefix: Prefix;
  readonly ciphers: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Seconds. */
  readonly accessTokenLifetime: number;
}

export function createLedger({ invent, prefix, ciphers, now, accessTokenLifetime }: LedgerOptions): Ledger {
  const codes = new Map<string, number>();
  const grants: Grant[] = [];
  const access = new Map<string, { readonly grant: Grant; readonly expiresAt: number }>();
  const seconds = (): number => Math.floor(now() / 1000);
  return {
    issueCode() {
      const code = invent.longToken(prefix);
      codes.set(code, now());
      return code;
    },
    redeem(code, scopes) {
      const issuedAt = codes.get(code);
      codes.delete(code);
      if (issuedAt === undefined || now() - issuedAt > codeLifetimeMs) return null;
      const grant = {
        openId: invent.openId(),
        scopes,
        ciphers: new Set(ciphers),
        revoked: false,
        refreshToken: '',
        refreshExpiresAt: seconds() + refreshTokenLifetime,
      };
      grants.push(grant);
      return grant;
    },
    issueTokens(grant) {
      const accessToken = invent.longToken(prefix);
      const accessExpiresAt = seconds() + accessTokenLifetime;
      access.set(accessToken, { grant, expiresAt: accessExpiresAt });
      grant.refreshToken = invent.refreshToken(prefix);
      const { refreshToken, refreshExpiresAt } = grant;
      return { accessToken, refreshToken, accessExpiresAt, refreshExpiresAt };
    },
    findByRefreshToken: (token) => grants.find((grant) => grant.refreshToken === token && !grant.revoked) ?? null,
    admit(token) {
      const entry = access.get(token);
      if (entry === undefined) return 'unknown';
      if (entry.grant.revoked) return 'revoked';
      return entry.expiresAt <= seconds() ? 'expired' : entry.grant;
    },
  };
}
