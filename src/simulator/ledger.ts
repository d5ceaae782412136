import type { Inventor, Prefix } from './invent.ts';

/** A code works once, for 30 minutes (TikTok Shop Partner Center docs, "Authorization overview"). */
const codeLifetime = 30 * 60_000;
const refreshTokenLifetime = 365 * 86_400;

/** What one seller granted the app by one approval. */
export interface Grant {
  readonly openId: string;
  readonly scopes: readonly string[];
  /** Ciphers of the shops that it still holds. */
  readonly ciphers: Set<string>;
  revoked: boolean;
  /** The one that counts; empty before the first tokens. */
  refreshToken: string;
  /** Unix seconds. */
  refreshExpiresAt: number;
}

interface Access {
  readonly grant: Grant;
  readonly fromCode: boolean;
  /** Unix seconds. */
  expiresAt: number;
}

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Unix seconds. */
  readonly accessExpiresAt: number;
  readonly refreshExpiresAt: number;
}

/** Every value that was given out, in order; ciphers are those of the shops. For searching where they must not be. */
export interface Issued {
  readonly codes: string[];
  readonly accessTokens: string[];
  readonly refreshTokens: string[];
  readonly ciphers: readonly string[];
}

/** What TikTok Shop remembers about codes and tokens. */
export interface Ledger {
  readonly issued: Issued;
  issueCode(): string;
  /** The grant behind a code, which is used up by this; `null` when it is unknown, used or too old. */
  redeem(code: string, scopes: readonly string[]): Grant | null;
  issueTokens(grant: Grant, how: { fromCode: boolean; lifetime: number; rotate: boolean }): Tokens;
  findByRefreshToken(token: string): Grant | null;
  /** Whether a token opens the API now. */
  admit(token: string): { grant: Grant; fromCode: boolean } | 'unknown' | 'revoked' | 'expired';
  expireAccessTokens(): void;
  revoke(): void;
}

interface Setting {
  readonly invent: Inventor;
  readonly prefix: Prefix;
  readonly ciphers: readonly string[];
  readonly now: () => number;
}

export function createLedger({ invent, prefix, ciphers, now }: Setting): Ledger {
  const codes = new Map<string, number>();
  const grants: Grant[] = [];
  const access = new Map<string, Access>();
  const issued: Issued = { codes: [], accessTokens: [], refreshTokens: [], ciphers };
  const seconds = (): number => Math.floor(now() / 1000);

  const newRefreshToken = (): string => {
    const token = invent.refreshToken(prefix);
    issued.refreshTokens.push(token);
    return token;
  };

  return {
    issued,
    issueCode() {
      const code = invent.longToken(prefix);
      codes.set(code, now());
      issued.codes.push(code);
      return code;
    },
    redeem(code, scopes) {
      const issuedAt = codes.get(code);
      codes.delete(code);
      if (issuedAt === undefined || now() - issuedAt > codeLifetime) return null;
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
    issueTokens(grant, { fromCode, lifetime, rotate }) {
      const accessToken = invent.longToken(prefix);
      const expiresAt = seconds() + lifetime;
      access.set(accessToken, { grant, fromCode, expiresAt });
      issued.accessTokens.push(accessToken);
      if (fromCode || rotate) grant.refreshToken = newRefreshToken();
      const { refreshToken, refreshExpiresAt } = grant;
      return { accessToken, refreshToken, accessExpiresAt: expiresAt, refreshExpiresAt };
    },
    findByRefreshToken: (token) => grants.find((grant) => grant.refreshToken === token && !grant.revoked) ?? null,
    admit(token) {
      const entry = access.get(token);
      if (entry === undefined) return 'unknown';
      if (entry.grant.revoked) return 'revoked';
      return entry.expiresAt <= seconds() ? 'expired' : entry;
    },
    expireAccessTokens() {
      for (const entry of access.values()) entry.expiresAt = seconds();
    },
    revoke() {
      for (const grant of grants) grant.revoked = true;
    },
  };
}
