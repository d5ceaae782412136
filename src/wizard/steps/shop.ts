import { defined } from '../../ground/defined.ts';
import { defaultRegion, markets } from '../../ground/regions.ts';
import { isReopened, withDone, type Draft } from '../draft.ts';
import { inRegion, mayMove } from '../region.ts';
import { isUnattended, personAt, type StepResult, type WizardContext } from '../wizard-context.ts';
import { askForAccount } from './account.ts';

/** Step 1: the shop's country, and its Partner Center account. */
export async function shop(context: WizardContext, draft: Draft): Promise<StepResult> {
  let located = draft;
  const isAskedAgain = isReopened(draft, 'portal');
  let isAsked = draft.app.region === undefined || (isAskedAgain && !isUnattended(context));
  for (;;) {
    if (isAsked) located = await askForCountry(context, located);
    if (isUnattended(context) || (!isAskedAgain && hasEveryValue(context, located))) break;
    const account = await askForAccount(context, located);
    if (account === 'ready') break;
    if (account === 'waiting') {
      const journal = { ...located.journal, waitingForApproval: true };
      return { draft: await context.keep({ ...located, journal }), go: 'later' };
    }
    isAsked = true;
  }
  const done = withDone(located, 'portal', context.io.clock.now(), { waitingForApproval: false });
  return { draft: await context.keep(done), go: 'on' };
}

async function askForCountry(context: WizardContext, draft: Draft): Promise<Draft> {
  const { io } = context;
  for (;;) {
    const country = await personAt(io).select({
      id: 'region',
      message: 'Where is your shop?',
      choices: markets.map(({ code, name }) => ({ value: code, name })),
      ...defined({ default: draft.app.country }),
      search: true,
      signal: io.signal,
    });
    const region = markets.find(({ code }) => code === country)?.region ?? defaultRegion;
    if (!(await mayMove(context, draft, region))) continue;
    const located = await inRegion(context, draft, region);
    return await context.keep({ ...located, app: { ...located.app, country } });
  }
}

const hasEveryValue = ({ answers }: WizardContext, { app }: Draft): boolean =>
  (['appKey', 'appSecret', 'serviceId'] as const).every((key) => (answers[key] ?? app[key]) !== undefined);
