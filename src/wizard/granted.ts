import { compareScopes } from '../scopes/compare.ts';
import { scopeInWords } from '../scopes/catalog.ts';
import type { Profile } from '../store/model/profile.ts';
import type { WizardContext } from './wizard-context.ts';

/** What was approved, before the person goes on in OttoKit: a connection made there has the app's scopes of that moment. */
export function tellGranted({ io: { say } }: Pick<WizardContext, 'io'>, { tokens, shops, journal }: Profile): void {
  if (shops.length > 0) say.done(`Approved: ${shops.map(({ name, region }) => `${name} (${region})`).join(', ')}`);
  const verdicts = compareScopes(tokens?.grantedScopes, journal.pendingScopes ?? []);
  const lacking = verdicts.filter(({ state }) => state === 'missing' || state === 'pending');
  if (lacking.length === 0) return;
  say.warn(`Not granted: ${lacking.map(({ scope }) => scopeInWords(scope)).join(', ')}.`);
  say.line(
    'What needs them will not work, in OttoKit neither. When they are on in Manage API, authorize again with `ottokit-tiktok connect --restart`, then once more in OttoKit.',
  );
}
