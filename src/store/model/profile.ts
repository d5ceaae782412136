import type { Secret } from '../../ground/secret.ts';

/** The app of Partner Center, as far as it is known. */
export interface AppRecord {
  readonly region: 'us' | 'row';
  /** The shop's country as chosen: two letters, or the word for another one. */
  readonly country?: string;
  readonly redirectUrl?: string;
  readonly appKey?: string;
  readonly appSecret?: Secret;
  readonly serviceId?: string;
}

/** What the token endpoint gave. Times are milliseconds since 1970. */
export interface TokenRecord {
  readonly accessToken: Secret;
  readonly accessTokenExpiresAt: number;
  readonly refreshToken: Secret;
  /** `null`: no expiry. */
  readonly refreshTokenExpiresAt: number | null;
  readonly openId?: string;
  readonly sellerName?: string;
  readonly sellerBaseRegion?: string;
  readonly userType?: number;
  readonly grantedScopes?: readonly string[];
  readonly obtainedAt: number;
}

export interface ShopRecord {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly sellerType: string;
  readonly cipher: Secret;
}

export type Step = 'portal' | 'app' | 'scopes' | 'credentials' | 'authorize' | 'verify' | 'finish';

/** Which steps of the wizard are done, and what the person answered on the way. */
export interface Journal {
  /** When each step was done, in milliseconds since 1970. */
  readonly done: Readonly<Partial<Record<Step, number>>>;
  readonly waitingForApproval?: boolean;
  readonly pendingScopes?: readonly string[];
  readonly unusualAccepted?: readonly string[];
  readonly redirectToRestore?: boolean;
  readonly ottokitConfirmed?: boolean;
  readonly shopsUnknown?: boolean;
}

/** One connection, or one that is being set up. */
export interface Profile {
  readonly name: string;
  readonly app: Readonly<Partial<AppRecord>>;
  readonly journal: Journal;
  readonly tokens?: TokenRecord;
  readonly shops: readonly ShopRecord[];
  /** The setup that is to replace this connection; the connection stands until that one is verified. */
  readonly redo?: { readonly app: Readonly<Partial<AppRecord>>; readonly journal: Journal };
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A half-finished setup never counts: there must be tokens, and they must have been verified. */
export function isConnected(profile: Profile): profile is Profile & { readonly tokens: TokenRecord } {
  return profile.tokens !== undefined && profile.journal.done.verify !== undefined;
}
