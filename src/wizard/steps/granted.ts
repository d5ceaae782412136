import { scopeInWords } from '../../scopes/catalog.ts';
import { compareScopes } from '../../scopes/compare.ts';
import type { Draft } from '../draft.ts';
import type { WizardContext } from '../wizard-context.ts';

/** What was approved. A connection made in OttoKit has the app's scopes of that moment, so gaps are named before it. */
export async function sayGranted({ io: { say }, store }: WizardContext, { name }: Draft): Promise<void> {
  const profile = await store.profile(name);
  if (profile === undefined) return;
  const { shops, tokens, journal } = profile;
  const named = shops.map((shop) => `${shop.name} (${shop.region})`);
  say.done(`TikTok Shop authorized${named.length === 0 ? '' : `: ${named.join(', ')}`}`);
  const verdicts = compareScopes(tokens?.grantedScopes, journal.pendingScopes ?? []);
  const off = verdicts.filter(({ state }) => state === 'missing' || state === 'pending');
  if (off.length === 0) return;
  say.warn(`Not granted: ${off.map(({ scope }) => scopeInWords(scope)).join(', ')}.`);
  say.line(
    'Features that need these scopes won’t work in OttoKit either. Once they’re on in Manage API, authorize again with `ottokit-tiktok connect --reauthorize`, then once more in OttoKit.',
  );
}
