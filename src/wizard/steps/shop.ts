import { defaultRegion, markets, type Region } from '../../ground/regions.ts';
import { goBack } from '../choices.ts';
import { isReopened, withDone, type Draft } from '../draft.ts';
import { hasValues, inRegion, valuesInWords } from '../region.ts';
import { personAt, type StepResult, type WizardContext } from '../wizard-context.ts';
import { askForAccount } from './account.ts';

/** Step 1: the shop's country, and its Partner Center account. */
export async function shop(context: WizardContext, draft: Draft): Promise<StepResult> {
  const { io } = context;
  let located = draft;
  let isAsked = draft.app.region === undefined || (isReopened(draft, 'portal') && personAt(context) !== null);
  for (;;) {
    if (isAsked) located = await askForCountry(context, located);
    const ask = personAt(context);
    if (ask === null || (!isReopened(draft, 'portal') && hasEveryValue(context, located))) break;
    const account = await askForAccount(context, ask, located);
    if (account === 'ready') break;
    if (account === 'waiting') {
      const journal = { ...located.journal, waitingForApproval: true };
      return { draft: await context.keep({ ...located, journal }), go: 'later' };
    }
    isAsked = true;
  }
  const done = withDone(located, 'portal', io.clock.now(), { waitingForApproval: false });
  return { draft: await context.keep(done), go: 'on' };
}

async function askForCountry(context: WizardContext, draft: Draft): Promise<Draft> {
  const { io } = context;
  if (io.ask === null) throw new Error('missing answers are refused before the first step');
  for (;;) {
    const country = await io.ask.select({
      id: 'region',
      message: 'Where is your shop?',
      choices: markets.map(({ code, name }) => ({ value: code, name })),
      ...(draft.app.country === undefined ? {} : { default: draft.app.country }),
      search: true,
      signal: io.signal,
    });
    const region = markets.find(({ code }) => code === country)?.region ?? defaultRegion;
    if (!(await mayMove(context, draft, region))) continue;
    const located = await inRegion(context, draft, region);
    return await context.keep({ ...located, app: { ...located.app, country } });
  }
}

/** A change of region asks first, and names what it sets aside. */
export async function mayMove(context: WizardContext, draft: Draft, region: Region): Promise<boolean> {
  const { io } = context;
  const ask = personAt(context);
  if (ask === null || draft.app.region === undefined || draft.app.region === region || !hasValues(draft)) return true;
  if (draft.otherRegion?.app.region === region) return true;
  io.say.warn(
    `The US and the other countries have separate Partner Centers, each with its own apps. This sets aside ${valuesInWords(draft)}; they come back if you change the region back.`,
  );
  const answer = await ask.select({
    id: 'region-change',
    message: 'Change the region?',
    choices: [
      { value: 'change', name: 'Yes, my shop’s app is in the other Partner Center' },
      { ...goBack, recommended: true },
    ],
    signal: io.signal,
  });
  return answer === 'change';
}

function hasEveryValue({ answers }: WizardContext, { app }: Draft): boolean {
  return [answers.appKey ?? app.appKey, answers.appSecret ?? app.appSecret, answers.serviceId ?? app.serviceId].every(
    (value) => value !== undefined,
  );
}
