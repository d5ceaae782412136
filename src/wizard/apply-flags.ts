import { readRedirectUrl } from '../connection/redirect-url.ts';
import { reopenSteps, type Draft } from './draft.ts';
import { givenDiffers } from './credentials.ts';
import type { WizardContext } from './wizard-context.ts';

/**
 * The draft with those steps undone whose answers are given anew by flag or environment, so that nothing is told as done
 * that is about to change. Apps of the two Partner Centers are separate: with another region the app's values go.
 */
export function applyFlags({ answers }: Pick<WizardContext, 'answers'>, draft: Draft): Draft {
  const { region, redirectUrl } = answers;
  const located = region === undefined ? draft : inRegion(draft, region);
  const redirect = redirectUrl === undefined ? undefined : readRedirectUrl(redirectUrl);
  const otherRedirect = redirect !== undefined && 'url' in redirect && redirect.url !== located.app.redirectUrl;
  const readdressed = otherRedirect ? reopenSteps(located, 'app') : located;
  return givenDiffers(answers, readdressed) ? reopenSteps(readdressed, 'credentials') : readdressed;
}

/** The draft for a shop in this region. */
export function inRegion(draft: Draft, region: 'us' | 'row'): Draft {
  const before = draft.app.region;
  if (before === region) return draft;
  if (before === undefined) return { ...draft, app: { ...draft.app, region } };
  const { appKey: _key, appSecret: _secret, serviceId: _id, country: _country, ...app } = draft.app;
  const { waitingForApproval: _, ...journal } = draft.journal;
  const moved = { ...draft, app: { ...app, region }, journal };
  return reopenSteps(moved, 'portal', 'app', 'scopes', 'credentials', 'authorize', 'verify');
}
