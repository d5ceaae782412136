import { failures, type VendorFailure } from './answers.ts';
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

/** The fields of a token answer that are new each time. Expiry times are in Unix seconds. */
export interface Tokens {
  readonly access_token: string;
  readonly access_token_expire_in: number;
  readonly refresh_token: string;
  readonly refresh_token_expire_in: number;
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

/** A token is valid for as long as the demo lasts. */
export function createLedger(granted: Omit<Grant, 'openId'>, invent: Inventor, prefix: Prefix): Ledger {
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
      const now = Math.floor(Date.now() / 1000);
      return {
        access_token: accessToken,
        access_token_expire_in: now + 7 * 86_400,
        refresh_token: invent.refreshToken(prefix),
        refresh_token_expire_in: now + 365 * 86_400,
      };
    },
    admit: (accessToken) => grants.get(accessToken) ?? failures['token-unknown'],
  };
}
