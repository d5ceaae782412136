import { defaultRegion } from '../../ground/regions.ts';
import type { Ask } from '../../ground/io.ts';
import { markets, type Region } from '../../ground/regions.ts';
import { portalUrl } from '../../tiktok/portals.ts';
import { comeBackLater, goBack } from '../choices.ts';
import { openOrShow } from '../copy-value.ts';
import { isReopened, withDone, type Draft } from '../draft.ts';
import { hasValues, inRegion, valuesInWords } from '../region.ts';
import { personAt, type StepResult, type WizardContext } from '../wizard-context.ts';

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

type Account = 'ready' | 'new' | 'waiting' | 'back';

async function askForAccount(context: WizardContext, ask: Ask, draft: Draft): Promise<Exclude<Account, 'new'>> {
  const { io } = context;
  const isWaiting = draft.journal.waitingForApproval === true;
  const address = portalUrl(draft.app.region ?? defaultRegion);
  for (;;) {
    const account = await ask.select<Account>({
      id: 'account',
      message: isWaiting
        ? 'Has your Partner Center account been approved?'
        : `Do you have a Partner Center account at ${address}?`,
      choices: isWaiting
        ? [
            { value: 'ready', name: 'Yes, it’s approved' },
            { value: 'waiting', name: 'Not yet', hint: 'Everything is kept.' },
            { ...goBack, hint: 'Choose another country.' },
          ]
        : [
            { value: 'ready', name: 'Yes, it’s ready' },
            { value: 'new', name: 'Not yet', hint: 'Shows how to create one.' },
            { value: 'waiting', name: 'It’s waiting for approval', hint: 'Everything is kept until it’s approved.' },
            { ...goBack, hint: 'Choose another country.' },
          ],
      signal: io.signal,
    });
    if (account !== 'new') return account;
    const registered = await explainRegistration(context, ask, address);
    if (registered !== 'back') return registered;
  }
}

/** OttoKit's guide, step 1; TikTok Shop Partner Center: one seller account belongs to one Partner Center account. */
async function explainRegistration(
  context: WizardContext,
  ask: Ask,
  address: string,
): Promise<'ready' | 'waiting' | 'back'> {
  const { say, signal } = context.io;
  say.instruction('1. Click “Join now”, then “Get Started”. Select your region; it can’t be changed later.');
  say.instruction(
    '2. Choose a category. “Seller in-house developer” (recommended) is for your own shop and approved at once. Any other needs business documents and takes two to three business days.',
  );
  say.instruction('3. Use the same email address as in Seller Center: your shop’s admin email.');
  for (;;) {
    const answer = await ask.select({
      id: 'registered',
      message: 'How is it going?',
      choices: [
        { value: 'open', name: `Open ${address}`, recommended: true },
        { value: 'ready', name: 'My account is ready' },
        { value: 'waiting', name: 'It’s waiting for approval', hint: comeBackLater.hint },
        goBack,
      ],
      signal,
    });
    if (answer !== 'open') return answer;
    await openOrShow(context, address);
  }
}

function hasEveryValue({ answers }: WizardContext, { app }: Draft): boolean {
  return [answers.appKey ?? app.appKey, answers.appSecret ?? app.appSecret, answers.serviceId ?? app.serviceId].every(
    (value) => value !== undefined,
  );
}
