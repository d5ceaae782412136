import type { Secret } from './secret.ts';

/** The contents of TikTok Shop's token response. Times are milliseconds since 1970. */
export interface Tokens {
  readonly accessToken: Secret;
  /** `null`: unknown. */
  readonly accessTokenExpiresAt: number | null;
  readonly refreshToken: Secret;
  /** `null`: no expiry. Absent: unknown. */
  readonly refreshTokenExpiresAt?: number | null;
  readonly sellerName?: string;
  readonly sellerBaseRegion?: string;
  /** 0 seller, 1 creator, 3 partner. */
  readonly userType?: number;
  /** Absent: unknown. */
  readonly grantedScopes?: readonly string[];
}

export interface Shop {
  readonly id: string;
  readonly name: string;
  /** A country's code, such as `GB`. */
  readonly region: string;
  /** `LOCAL` or `CROSS_BORDER`; empty if TikTok Shop omitted it. */
  readonly sellerType: string;
  /** Identifies the shop in calls about it. */
  readonly cipher: Secret;
}
