import { neededScopes, type Scope } from './catalog.ts';

/**
 * `granted` and `missing`: the token's `granted_scopes` say so. `pending`: the seller left it unticked because TikTok
 * reviews it, and the token does not have it. `unknown`: its key is not published, or the token's scopes were not told.
 */
export type ScopeState = 'granted' | 'missing' | 'pending' | 'unknown';

export interface ScopeVerdict {
  readonly scope: Scope;
  readonly state: ScopeState;
}

/**
 * Compares the seven scopes with a token's `granted_scopes`, key by key and to the letter: TikTok Shop's own
 * misspellings (`serller.product.optimize`) are real keys.
 * @param grantedKeys `granted_scopes` of the token answer; undefined when it was not there
 * @param pendingIds IDs that the seller left unticked in the checklist
 */
export function compareScopes(
  grantedKeys: readonly string[] | undefined,
  pendingIds: readonly string[],
): readonly ScopeVerdict[] {
  return neededScopes.map((scope) => ({ scope, state: stateOf(scope, grantedKeys, pendingIds) }));
}

function stateOf(scope: Scope, grantedKeys: readonly string[] | undefined, pendingIds: readonly string[]): ScopeState {
  const pending = pendingIds.includes(scope.id);
  if (scope.key === undefined || grantedKeys === undefined) return pending ? 'pending' : 'unknown';
  if (grantedKeys.includes(scope.key)) return 'granted';
  return pending ? 'pending' : 'missing';
}

const publishedKeys = neededScopes.flatMap(({ key }) => key ?? []);

/** How many of the seven a token surely has. */
export const countGranted = (grantedKeys: readonly string[] = []): number =>
  publishedKeys.filter((key) => grantedKeys.includes(key)).length;

/** How many of the seven are granted, and which of them are known by their name alone. */
export function grantedInWords(granted: readonly string[]): string {
  const byName = neededScopes.filter(({ id, certainty }) => certainty === 'by name' && granted.includes(id));
  const note = byName.length === 0 ? '' : ` (${byName.map(({ id }) => id).join(', ')} by its name alone)`;
  return `${String(granted.length)} of ${String(neededScopes.length)} granted${note}`;
}

export interface ScopeIds {
  readonly granted: readonly string[];
  readonly missing: readonly string[];
  readonly pending: readonly string[];
  readonly unknown: readonly string[];
}

/** The IDs of each state, in the guide's order: the shape of `--json`. */
export function scopeIds(verdicts: readonly ScopeVerdict[]): ScopeIds {
  const ids: Record<ScopeState, string[]> = { granted: [], missing: [], pending: [], unknown: [] };
  for (const { scope, state } of verdicts) ids[state].push(scope.id);
  return ids;
}
