import type { Region } from '../../ground/regions.ts';
import type { Secret } from '../../ground/secret.ts';
import type { Shop, Tokens } from '../../ground/tokens-and-shops.ts';

/** The seller's app in Partner Center. */
interface AppRecord {
  readonly region?: Region;
  /** The shop's country, chosen by the user: a code from `markets`. */
  readonly country?: string;
  readonly redirectUrl?: string;
  readonly appKey?: string;
  readonly appSecret?: Secret;
  readonly serviceId?: string;
  /** The host of the authorization link that contained the Service ID. */
  readonly authorizationHost?: string;
}

export interface TokenRecord extends Tokens {
  /** `null` if there is no expiry or it is unknown. */
  readonly refreshTokenExpiresAt: number | null;
  readonly obtainedAt: number;
}

export type Step = 'portal' | 'app' | 'scopes' | 'credentials' | 'authorize' | 'verify' | 'finish';

/** The finished steps of the wizard and the user's answers. */
export interface Journal {
  readonly done: Readonly<Partial<Record<Step, number>>>;
  readonly waitingForApproval?: boolean;
  readonly pendingScopes?: readonly string[];
  readonly unusualAccepted?: readonly string[];
  /** The Redirect URL that the user has changed back to OttoKit's. */
  readonly redirectSetBack?: string;
}

/** A connection, finished or not. Times are in milliseconds since 1970. */
export interface Profile {
  readonly name: string;
  readonly app: AppRecord;
  readonly journal: Journal;
  readonly tokens?: TokenRecord;
  readonly shops: readonly Shop[];
  /** Whether OttoKit says that the shop is connected, and when the user reported that. */
  readonly ottokit?: { readonly connected: boolean; readonly confirmedAt: number };
  /** A new setup that replaces this connection once it is verified. */
  readonly pendingReplacement?: { readonly app: AppRecord; readonly journal: Journal };
  readonly createdAt: number;
  readonly updatedAt: number;
}

export function isConnected(profile: Profile): profile is Profile & { readonly tokens: TokenRecord } {
  return profile.tokens !== undefined && profile.journal.done.verify !== undefined;
}

export function stateOf(profile: Profile): 'connected' | 'connecting' | 'waiting for approval' {
  if (isConnected(profile)) return 'connected';
  return profile.journal.waitingForApproval === true ? 'waiting for approval' : 'connecting';
}

export const profileNameRule =
  'up to 64 letters, digits, dots, dashes and underscores, starting with a letter or digit';

export const validProfileName = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name);

/** Whether text is a pattern for the names of several profiles: `*` matches any characters, `?` matches one. */
export const isProfilePattern = (text: string): boolean => /^[A-Za-z0-9._*?-]{1,64}$/.test(text) && /[*?]/.test(text);

export function profileMatcher(pattern: string): (name: string) => boolean {
  const source = pattern.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.');
  const whole = new RegExp(`^${source}$`);
  return (name) => whole.test(name);
}
