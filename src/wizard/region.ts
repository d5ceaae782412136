import { standingDraft, undone, type Draft } from './draft.ts';
import type { WizardContext } from './wizard-context.ts';
import type { Region } from '../ground/regions.ts';

/**
 * The draft for a shop in this region. Apps of the two Partner Centers are separate, so the other one's values are set
 * aside. They stay stored until this setup is verified, and come back if the person changes the region back.
 */
export async function inRegion({ store }: Pick<WizardContext, 'store'>, draft: Draft, region: Region): Promise<Draft> {
  const before = draft.app.region;
  if (before === region) return draft;
  if (draft.otherRegion?.app.region === region) return draft.otherRegion;
  const stored = await store.profile(draft.name);
  if (draft.beside && stored?.app.region === region) return standingDraft(stored);
  if (before === undefined) return { ...draft, app: { ...draft.app, region } };
  if (!hasValues(draft)) {
    const { waitingForApproval: _, ...journal } = draft.journal;
    return undone({ ...draft, app: { ...draft.app, region }, journal }, 'portal', 'app', 'scopes');
  }
  const { appKey: _key, appSecret: _secret, serviceId: _id, country: _country, ...app } = draft.app;
  const {
    waitingForApproval: _waiting,
    pendingScopes: _pending,
    unusualAccepted: _unusual,
    ...journal
  } = draft.journal;
  const moved = { name: draft.name, app: { ...app, region }, journal, beside: true, otherRegion: draft };
  return undone({ ...moved, reopened: [] }, 'portal', 'app', 'scopes', 'credentials', 'authorize', 'verify', 'finish');
}

export const hasValues = ({ app }: Draft): boolean =>
  app.appKey !== undefined || app.appSecret !== undefined || app.serviceId !== undefined;

/** What a change of region sets aside, in words. */
export function valuesInWords({ app: { appKey, appSecret, serviceId } }: Draft): string {
  const values = [
    ...(appKey === undefined ? [] : [`App Key ${appKey}`]),
    ...(appSecret === undefined ? [] : ['the App Secret']),
    ...(serviceId === undefined ? [] : [`Service ID ${serviceId}`]),
  ];
  return new Intl.ListFormat('en').format(values);
}
