import { appOf } from '../../connection/app.ts';
import { defaultRegion, regionIds, regions } from '../../ground/regions.ts';
import { complete, save, type Draft, type StepResult } from '../draft.ts';
import { choice, goBack, menu, openingPage } from '../screen.ts';
import { inRegion } from '../region.ts';
import { isUnattended, requireAsk, type WizardContext } from '../wizard-context.ts';

const english = new Intl.DisplayNames('en', { type: 'region' });

/** The countries of all regions, and “Another country”, because TikTok Shop keeps opening in new ones. */
export const markets = [
  ...regionIds.flatMap((region) =>
    regions[region].markets.map((code) => ({ code, name: english.of(code) ?? code, region })),
  ),
  { code: 'OTHER', name: 'Another country', region: defaultRegion },
];

export async function shop(context: WizardContext, draft: Draft): Promise<StepResult> {
  const isAskedAgain = draft.reopened.includes('portal');
  const isAsked = draft.app.region === undefined || (isAskedAgain && !isUnattended(context));
  let located = isAsked ? await askForCountry(context, draft) : draft;
  for (;;) {
    const isKnown = appOf({ app: { ...located.app, ...context.answers.app } }) !== undefined;
    if (isUnattended(context) || (isKnown && !isAskedAgain)) break;
    const account = await askForAccount(context, located);
    if (account === 'ready') break;
    if (account === 'waiting') return { draft: await save(context, waiting(located, true)), go: 'later' };
    located = await askForCountry(context, located);
  }
  return await complete(context, waiting(located, false), 'portal');
}

const waiting = (draft: Draft, waitingForApproval: boolean): Draft => ({
  ...draft,
  journal: { ...draft.journal, waitingForApproval },
});

async function askForCountry(context: WizardContext, draft: Draft): Promise<Draft> {
  const { region: known, country: before } = draft.app;
  for (;;) {
    const country = await requireAsk(context.io).select({
      id: 'region',
      message: 'Where is your shop?',
      choices: markets.map(({ code, name }) => choice(code, name)),
      // If only the region is known, start at its last entry: the US, or “Another country”.
      default: before ?? markets.findLast(({ region }) => region === known)?.code,
    });
    const region = markets.find(({ code }) => code === country)?.region ?? defaultRegion;
    const located = await inRegion(context, draft, region);
    if (located !== null) return await save(context, { ...located, app: { ...located.app, country } });
  }
}

type Account = 'ready' | 'waiting' | 'back';

async function askForAccount(context: WizardContext, draft: Draft): Promise<Account> {
  const address = regions[draft.app.region ?? defaultRegion].portal;
  const back = { ...goBack, hint: 'Choose another country.' };
  if (draft.journal.waitingForApproval === true)
    return await menu(context, 'account', 'Has your Partner Center account been approved?', [
      choice('ready', 'Yes, it’s approved'),
      choice('waiting', 'Not yet', 'Your progress is saved.'),
      back,
    ]);
  const message = `Do you have a Partner Center account at ${address}?`;
  for (;;) {
    const account = await menu(context, 'account', message, [
      choice('ready', 'Yes, it’s ready'),
      choice('new', 'Not yet', 'Shows how to create one.'),
      choice('waiting', 'It’s waiting for approval', 'Your progress is saved.'),
      back,
    ]);
    if (account !== 'new') return account;
    const registered = await explainRegistration(context, address);
    if (registered !== 'back') return registered;
  }
}

/** Sources: OttoKit's guide, step 1, and TikTok Shop Partner Center (one Partner Center account per seller account). */
async function explainRegistration(context: WizardContext, address: string): Promise<Account> {
  const { say } = context.io;
  say.instruction('1. Click “Join now”, then “Get Started”. Select your region; it can’t be changed later.');
  say.instruction(
    '2. Choose a category. “Seller in-house developer” (recommended) is for your own shop and is verified right away. Other categories need business documents and take two to three business days.',
  );
  say.instruction('3. Use the same email address as in Seller Center: your shop’s admin email.');
  return await menu(context, 'registered', 'How is it going?', [
    { ...openingPage(context, `Open ${address}`, address), recommended: true },
    choice('ready', 'My account is ready'),
    choice('waiting', 'It’s waiting for approval', 'Your progress is saved.'),
    goBack,
  ]);
}
