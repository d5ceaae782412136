import { defined } from '../ground/defined.ts';
import { defaultRegion, nextRegion, type Region } from '../ground/regions.ts';
import { save, storedDraft, undone, type Draft, type StepResult } from './draft.ts';
import { goBack, menu } from './screen.ts';
import { isUnattended, type WizardContext } from './wizard-context.ts';

/** Changes the region and sets aside the values of the old one. Returns `null` if the user decides against it. */
export async function inRegion(context: WizardContext, draft: Draft, region: Region): Promise<Draft | null> {
  const { name, app } = draft;
  if (app.region === region) return draft;
  if (app.region === undefined) return { ...draft, app: { ...app, region } };
  const stored = await context.store.profile(name);
  const values = valuesOf(draft);
  // Changing back to the stored setup leaves the new one only in memory.
  const until = stored?.app.region === region ? ' before you quit' : '';
  if (values.length > 0 && !isUnattended(context) && !(await mayMove(context, values, until))) return null;
  if (draft.otherRegion?.app.region === region) return { ...draft.otherRegion, otherRegion: draft };
  if (draft.keepsStored && stored?.app.region === region) return { ...storedDraft(stored), otherRegion: draft };
  const moved = { name, app: { region, ...defined({ redirectUrl: app.redirectUrl }) }, journal: { done: {} } };
  // There is nothing to set aside, so the new setup replaces this one.
  if (values.length === 0) return { ...moved, keepsStored: draft.keepsStored, reopened: draft.reopened };
  return { ...moved, keepsStored: true, reopened: [], otherRegion: draft };
}

const valuesOf = ({ app: { appKey, appSecret, serviceId } }: Draft): readonly string[] => [
  ...(appKey === undefined ? [] : [`App Key ${appKey}`]),
  ...(appSecret === undefined ? [] : ['the App Secret']),
  ...(serviceId === undefined ? [] : [`Service ID ${serviceId}`]),
];

async function mayMove(context: WizardContext, values: readonly string[], until: string): Promise<boolean> {
  context.io.say.warn(
    `The US and the other countries have separate Partner Centers, each with its own apps. Changing the region sets aside ${new Intl.ListFormat('en').format(values)}. To restore everything, change the region back${until}.`,
  );
  const answer = await menu(context, 'region-change', 'Change the region?', [
    { value: 'change', name: 'Yes, my shop’s app is in the other Partner Center' },
    { ...goBack, recommended: true },
  ]);
  return answer === 'change';
}

/** Goes back to step 1, which asks about the account in the new region. */
export async function changeRegion(context: WizardContext, draft: Draft): Promise<StepResult> {
  const moved = await inRegion(context, draft, nextRegion(draft.app.region ?? defaultRegion));
  if (moved === null) return { draft, go: 'next' };
  return { draft: await save(context, undone(moved, 'portal')), go: 'first' };
}
