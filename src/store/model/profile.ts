import type { Region } from '../../ground/regions.ts';
import type { Secret } from '../../ground/secret.ts';
import type { Shop, Tokens } from '../../ground/tokens-and-shops.ts';

/** The app in Partner Center. */
export interface AppRecord {
  readonly region: Region;
  /** The shop's country that the seller chose: a code from `markets`. */
  readonly country?: string;
  readonly redirectUrl?: string;
  readonly appKey?: string;
  readonly appSecret?: Secret;
  readonly serviceId?: string;
  /** The host of the authorization link that contained the Service ID. */
  readonly authorizationHost?: string;
}

export interface TokenRecord extends Tokens {
  /** `null` if no expiry is known. */
  readonly refreshTokenExpiresAt: number | null;
  readonly obtainedAt: number;
}

export type Step = 'portal' | 'app' | 'scopes' | 'credentials' | 'authorize' | 'verify' | 'finish';

/** The finished steps of the wizard and the seller's answers. */
export interface Journal {
  /** When each step was done, in milliseconds since 1970. */
  readonly done: Readonly<Partial<Record<Step, number>>>;
  readonly waitingForApproval?: boolean;
  readonly pendingScopes?: readonly string[];
  readonly unusualAccepted?: readonly string[];
  /** The Redirect URL that the seller has replaced with OttoKit's again. */
  readonly redirectSetBack?: string;
}

/** A connection, finished or not. */
export interface Profile {
  readonly name: string;
  readonly app: Readonly<Partial<AppRecord>>;
  readonly journal: Journal;
  readonly tokens?: TokenRecord;
  readonly shops: readonly Shop[];
  /** The seller's answer to "Did OttoKit say connected?" and its time, in milliseconds since 1970. */
  readonly ottokit?: { readonly connected: boolean; readonly confirmedAt: number };
  /** A new setup that replaces this connection once it is verified. */
  readonly pendingReplacement?: { readonly app: Readonly<Partial<AppRecord>>; readonly journal: Journal };
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Whether the tokens were verified. */
export function isConnected(profile: Profile): profile is Profile & { readonly tokens: TokenRecord } {
  return profile.tokens !== undefined && profile.journal.done.verify !== undefined;
}

export function stateOf(profile: Profile): 'connected' | 'connecting' | 'waiting for approval' {
  if (isConnected(profile)) return 'connected';
  return profile.journal.waitingForApproval === true ? 'waiting for approval' : 'connecting';
}
