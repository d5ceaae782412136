import { neededScopes, scopeInWords, type Scope } from '../../scopes/catalog.ts';
import { compareScopes, type ScopeState } from '../../scopes/compare.ts';
import type { Profile } from '../../store/model/profile.ts';
import { profileCheck } from '../check.ts';
import { failed, notYet, pass, warn, type Finding } from '../finding.ts';

/** The stored token's scopes against those of OttoKit's guide. A token keeps its scopes, so nobody is asked. */
export const scopes = profileCheck({ id: 'scopes', title: 'Scopes', group: 'tiktok-shop' }, judgeScopes);

const manageApi = 'Partner Center → App & Service → your app → Manage API';
const again = 'authorize again with `ottokit-tiktok connect --reauthorize`: a token keeps its old scopes';

function judgeScopes({ tokens, journal }: Profile): Finding {
  if (tokens === undefined) return notYet('not connected yet');
  const verdicts = compareScopes(tokens.grantedScopes, journal.pendingScopes ?? []);
  const inState = (state: ScopeState): readonly Scope[] =>
    verdicts.filter((verdict) => verdict.state === state).map(({ scope }) => scope);
  const [missing, pending] = [inState('missing'), inState('pending')];
  const listed = (label: string, found: readonly Scope[]): readonly string[] =>
    found.length === 0 ? [] : [`${label}: ${found.map(scopeInWords).join(', ')}`];
  const detail = [
    tokens.grantedScopes === undefined
      ? 'unknown: TikTok Shop did not list the scopes of this token'
      : `${String(inState('granted').length)} of ${String(neededScopes.length)} granted`,
    ...listed('missing', missing),
    ...listed('pending review', pending),
  ].join('; ');
  if (missing.length > 0) return failed(detail, `Enable what is missing in ${manageApi}, then ${again}.`);
  if (pending.length > 0)
    return warn(detail, `When TikTok Shop has approved what is pending (see ${manageApi}), ${again}.`);
  return pass(detail);
}
