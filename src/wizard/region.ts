import { defined } from '../ground/defined.ts';
import { defaultRegion, nextRegion, type Region } from '../ground/regions.ts';
import { storedDraft, undone, type Draft } from './draft.ts';
import { goBack, menu } from './screen.ts';
import { isUnattended, type StepResult, type WizardContext } from './wizard-context.ts';

/** The draft for a shop in this region. The other region's values are set aside, because its apps are separate. */
export async function inRegion({ store }: Pick<WizardContext, 'store'>, draft: Draft, region: Region): Promise<Draft> {
  const { name, app } = draft;
  if (app.region === region) return draft;
  if (draft.otherRegion?.app.region === region) return { ...draft.otherRegion, otherRegion: draft };
  const stored = await store.profile(name);
  if (draft.beside && stored?.app.region === region) return { ...storedDraft(stored), otherRegion: draft };
  if (app.region === undefined) return { ...draft, app: { ...app, region } };
  const kept = { region, ...defined({ redirectUrl: app.redirectUrl }) };
  // Without values, there is nothing to keep beside the new setup.
  const beside = draft.beside || valuesOf(draft).length > 0;
  return { name, app: kept, journal: { done: {} }, beside, reopened: [], otherRegion: draft };
}

/** The values that a change of region sets aside, in words. */
const valuesOf = ({ app: { appKey, appSecret, serviceId } }: Draft): readonly string[] => [
  ...(appKey === undefined ? [] : [`App Key ${appKey}`]),
  ...(appSecret === undefined ? [] : ['the App Secret']),
  ...(serviceId === undefined ? [] : [`Service ID ${serviceId}`]),
];

/** Asks before a change of region, and names the values that it sets aside. */
export async function mayMove(context: WizardContext, draft: Draft, region: Region): Promise<boolean> {
  const values = valuesOf(draft);
  const { region: before } = draft.app;
  if (isUnattended(context) || before === undefined || before === region || values.length === 0) return true;
  // Going back to the stored setup drops the one begun beside it.
  const isDropped = (await context.store.profile(draft.name))?.app.region === region;
  context.io.say.warn(
    `The US and the other countries have separate Partner Centers, each with its own apps. This sets aside ${new Intl.ListFormat('en').format(values)}; they come back if you change the region back${isDropped ? ' before you leave' : ''}.`,
  );
  const answer = await menu<'change' | 'back'>(context, 'region-change', 'Change the region?', [
    { value: 'change', name: 'Yes, my shop’s app is in the other Partner Center' },
    { ...goBack, recommended: true },
  ]);
  return answer === 'change';
}

/** Switches to the other region, after naming what this sets aside. Step 1 then asks for its account. */
export async function changeRegion(context: WizardContext, draft: Draft): Promise<StepResult> {
  const region = nextRegion(draft.app.region ?? defaultRegion);
  if (!(await mayMove(context, draft, region))) return { draft, go: 'on' };
  const moved = await inRegion(context, draft, region);
  return { draft: await context.keep(undone(moved, 'portal')), go: 'portal' };
}
