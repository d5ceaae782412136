import { scopeInWords } from '../../scopes/catalog.ts';
import { compareScopes, grantedInWords, scopeIds, scopesAdvice, type ScopeState } from '../../scopes/compare.ts';
import { failed, notYet, pass, profileCheck, warn } from '../check.ts';

/** Compares the token's scopes with those in OttoKit's guide. A token keeps its scopes, so no request is needed. */
export const scopes = profileCheck({ id: 'scopes', title: 'Scopes', group: 'tiktok-shop' }, (profile) => {
  const { tokens } = profile;
  if (tokens === undefined) return notYet('not connected yet');
  const verdicts = compareScopes(profile);
  const ids = scopeIds(verdicts);
  const listed = (label: string, state: ScopeState): readonly string[] => {
    const found = verdicts.filter((scope) => scope.state === state).map(scopeInWords);
    return found.length === 0 ? [] : [`${label}: ${found.join(', ')}`];
  };
  const granted =
    tokens.grantedScopes === undefined
      ? 'unknown: TikTok Shop didn’t list the scopes of this token'
      : grantedInWords(ids.granted);
  const detail = [granted, ...listed('missing', 'missing'), ...listed('pending review', 'pending')].join('; ');
  const advice = scopesAdvice(ids);
  if (advice === undefined) return pass(detail);
  return ids.missing.length > 0 ? failed(detail, advice) : warn(detail, advice);
});
