import { manageApi } from '../ground/catalogue.ts';
import { neededScopes, type Scope } from './catalog.ts';

/** `pending`: the user left it unticked because TikTok is reviewing it. `unknown`: no list of granted scopes. */
export type ScopeState = 'granted' | 'missing' | 'pending' | 'unknown';

export interface ScopeVerdict extends Scope {
  readonly state: ScopeState;
}

interface ProfileScopes {
  readonly tokens?: { readonly grantedScopes?: readonly string[] };
  readonly journal?: { readonly pendingScopes?: readonly string[] };
}

/** Keys must match exactly: TikTok Shop's own misspellings (`serller.product.optimize`) are real keys. */
export function compareScopes({ tokens, journal }: ProfileScopes = {}): readonly ScopeVerdict[] {
  const stateOf = ({ id, key }: Scope): ScopeState => {
    if (tokens?.grantedScopes?.includes(key)) return 'granted';
    if (journal?.pendingScopes?.includes(id)) return 'pending';
    return tokens?.grantedScopes === undefined ? 'unknown' : 'missing';
  };
  return neededScopes.map((scope) => ({ ...scope, state: stateOf(scope) }));
}

export const grantedInWords = (granted: readonly string[]): string =>
  `${String(granted.length)} of ${String(neededScopes.length)} granted`;

export type ScopeIds = Readonly<Record<ScopeState, readonly string[]>>;

/** Returns the IDs in each state, in the guide's order, as `--json` shows them. */
export function scopeIds(verdicts: readonly ScopeVerdict[]): ScopeIds {
  const ids: Record<ScopeState, string[]> = { granted: [], missing: [], pending: [], unknown: [] };
  for (const { id, state } of verdicts) ids[state].push(id);
  return ids;
}

const reauthorize = 'authorize again with `ottokit-tiktok connect --reauthorize`: a token keeps its old scopes';

/** Says what to do about scopes that a token doesn't have; `undefined` if there is nothing to do. */
export function scopesAdvice({ missing, pending }: Pick<ScopeIds, 'missing' | 'pending'>): string | undefined {
  if (missing.length > 0) return `Switch on ${missing.join(', ')} in ${manageApi}, then ${reauthorize}.`;
  if (pending.length > 0) return `When TikTok has approved ${pending.join(', ')} (see ${manageApi}), ${reauthorize}.`;
  return undefined;
}
