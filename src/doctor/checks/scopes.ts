import { scopeInWords, type Scope } from '../../scopes/catalog.ts';
import { compareScopes, grantedInWords, type ScopeState } from '../../scopes/compare.ts';
import type { Profile } from '../../store/model/profile.ts';
import { failed, notYet, pass, warn, type Check, type Finding } from '../check.ts';
import { onProfile } from '../on-profile.ts';

/** The stored token's scopes against the seven of OttoKit's guide. A token keeps its scopes, so nobody need be asked. */
export const scopes: Check = {
  id: 'scopes',
  title: 'Scopes',
  group: 'tiktok-shop',
  needsNetwork: false,
  whenLate: 'Run `ottokit-tiktok scopes`.',
  run: (facts) => onProfile('scopes', facts, judgeScopes),
};

const manageApi = 'Partner Center → App & Service → your app → Manage API';
const again = 'authorize again with `ottokit-tiktok connect --restart`: a token keeps its old scopes';

function judgeScopes({ tokens, journal }: Profile): Finding {
  if (tokens === undefined) return notYet('not connected yet');
  const verdicts = compareScopes(tokens.grantedScopes, journal.pendingScopes ?? []);
  const inState = (state: ScopeState): readonly Scope[] =>
    verdicts.filter((verdict) => verdict.state === state).map(({ scope }) => scope);
  const [missing, pending, unknown] = [inState('missing'), inState('pending'), inState('unknown')];
  const parts = [
    grantedInWords(inState('granted').map(({ id }) => id)),
    ...(missing.length === 0 ? [] : [`missing: ${missing.map(scopeInWords).join(', ')}`]),
    ...(pending.length === 0 ? [] : [`pending review: ${pending.map(scopeInWords).join(', ')}`]),
    ...(unknown.length === 0 ? [] : [unknownInWords(unknown, tokens.grantedScopes !== undefined)]),
  ];
  const detail = parts.join('; ');
  const fix = `Enable what is missing in ${manageApi}, then ${again}.`;
  if (missing.some(({ certainty }) => certainty === 'documented')) return failed(detail, fix);
  // Paired with its ID by its name alone: too little to call it missing for certain.
  if (missing.length > 0) return warn(detail, fix);
  if (pending.length > 0)
    return warn(detail, `When TikTok has approved what is pending (${manageApi} shows it), ${again}.`);
  return pass(detail);
}

function unknownInWords(unknown: readonly Scope[], told: boolean): string {
  const why = told ? 'names not published' : 'TikTok Shop did not tell the scopes of this token';
  return `cannot be told (${why}): ${unknown.map(({ id }) => id).join(', ')}`;
}
