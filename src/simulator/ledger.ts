import { apiFailures, type VendorFailure } from './failures.ts';
import type { Inventor, Prefix } from './invent.ts';

export interface Shop {
  readonly id: string;
  readonly name: string;
  /** ISO 3166-1 alpha-2: `GB`, `US`. */
  readonly region: string;
  /** `LOCAL` or `CROSS_BORDER`. */
  readonly sellerType: string;
  readonly cipher: string;
  /** The shop's name in Seller Center. */
  readonly code: string;
}

/** What one seller granted the app with one approval. */
export interface Grant {
  readonly openId: string;
  readonly scopes: readonly string[];
  readonly shops: readonly Shop[];
}

/** Expiry times are in Unix seconds. */
export interface Tokens {
  readonly accessToken: string;
  readonly accessExpiresAt: number;
  readonly refreshToken: string;
  readonly refreshExpiresAt: number;
}

/** TikTok Shop's memory of codes and tokens. */
export interface Ledger {
  issueCode(): string;
  /** Redeems a code. Returns its authorization, or `null` if the code is unknown or used. */
  redeem(code: string): Grant | null;
  issueTokens(grant: Grant): Tokens;
  /** The authorization of an access token, or why the token isn't valid. */
  admit(accessToken: string): Grant | VendorFailure;
}

const daySeconds = 86_400;

/** A token is valid for as long as the demo lasts. */
export function createLedger(
  granted: Omit<Grant, 'openId'>,
  { invent, prefix, now }: { invent: Inventor; prefix: Prefix; now: () => number },
): Ledger {
  const codes = new Set<string>();
  const grants = new Map<string, Grant>();
  return {
    issueCode() {
      const code = invent.longToken(prefix);
      codes.add(code);
      return code;
    },
    redeem: (code) => (codes.delete(code) ? { openId: invent.openId(), ...granted } : null),
    issueTokens(grant) {
      const accessToken = invent.longToken(prefix);
      grants.set(accessToken, grant);
      const seconds = Math.floor(now() / 1000);
      return {
        accessToken,
        accessExpiresAt: seconds + 7 * daySeconds,
        refreshToken: invent.refreshToken(prefix),
        refreshExpiresAt: seconds + 365 * daySeconds,
      };
    },
    admit: (accessToken) => grants.get(accessToken) ?? apiFailures['token-unknown'],
  };
}
