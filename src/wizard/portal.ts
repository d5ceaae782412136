import type { Ask } from '../ground/io.ts';
import { markets, portalUrl } from '../tiktok/portals.ts';
import { isDone, withDone, type Draft } from './draft.ts';
import { inRegion } from './apply-flags.ts';
import { mayReuseStored, type WizardContext } from './wizard-context.ts';

/** Step 1: where the shop is, and whether there is a Partner Center account in that region's portal. */
export async function portal(setting: WizardContext, draft: Draft): Promise<Draft> {
  const { io, answers } = setting;
  let located = await locate(setting, draft);
  if (isDone(located, 'portal')) return located;
  const settled = mayReuseStored(setting) && hasAllCredentials(setting, located);
  if (settled || io.ask === null || answers.yes) {
    return await setting.keep(withDone(located, 'portal', io.clock.now(), { waitingForApproval: false }));
  }
  for (;;) {
    const asked = await askForAccount(setting, io.ask, located);
    if (asked !== 'elsewhere') return asked;
    located = await askForCountry(setting, io.ask, located);
  }
}

/** The region: flag, store, then the country list. */
async function locate(setting: WizardContext, draft: Draft): Promise<Draft> {
  const { io, answers } = setting;
  const known = answers.region ?? (mayReuseStored(setting) ? draft.app.region : undefined);
  if (known !== undefined) return await setting.keep(inRegion(draft, known));
  if (io.ask === null) throw new Error('missing answers are refused before the first step');
  return await askForCountry(setting, io.ask, draft);
}

async function askForCountry(setting: WizardContext, ask: Ask, draft: Draft): Promise<Draft> {
  const { io } = setting;
  io.say.line('TikTok Shop has two Partner Centers, one for the US and one for all other countries.');
  io.say.line('The business region of an account cannot be changed later, so choose where the shop is.');
  const country = await ask.select({
    id: 'region',
    message: 'Where is the shop?',
    choices: markets.map(({ code, name }) => ({ value: code, name })),
    ...(draft.app.country === undefined ? {} : { default: draft.app.country }),
    signal: io.signal,
  });
  const region = markets.find(({ code }) => code === country)?.region ?? 'row';
  const located = inRegion(draft, region);
  if (located.app.appKey === undefined && draft.app.appKey !== undefined)
    io.say.warn('Apps of the two Partner Centers are separate: the values of the other one’s app are not used.');
  return await setting.keep({ ...located, app: { ...located.app, country } });
}

type Account = 'yes' | 'no' | 'waiting' | 'elsewhere';

async function askForAccount(setting: WizardContext, ask: Ask, draft: Draft): Promise<Draft | 'elsewhere'> {
  const { io } = setting;
  const waiting = draft.journal.waitingForApproval === true;
  const address = portalUrl(draft.app.region ?? 'row');
  let account = await ask.select<Account>({
    id: 'account',
    message: waiting
      ? 'Has the Partner Center account been approved?'
      : `Is there a Partner Center account at ${address}?`,
    choices: [
      { value: 'yes', name: waiting ? 'Yes, it is approved' : 'Yes, it is ready to use' },
      ...(waiting ? [] : [{ value: 'no' as const, name: 'No, show me how to make one' }]),
      { value: 'waiting', name: waiting ? 'Not yet' : 'It waits for approval' },
      { value: 'elsewhere', name: 'The shop is in another country' },
    ],
    default: 'yes',
    signal: io.signal,
  });
  if (account === 'elsewhere') return account;
  if (account === 'no') account = await explainRegistration(setting, ask, address);
  if (account === 'waiting') {
    return await setting.keep({ ...draft, journal: { ...draft.journal, waitingForApproval: true } });
  }
  return await setting.keep(withDone(draft, 'portal', io.clock.now(), { waitingForApproval: false }));
}

async function explainRegistration(setting: WizardContext, ask: Ask, address: string): Promise<Account> {
  const { io } = setting;
  io.say.line('To have at hand: the email address of the shop’s admin, and the shop’s business region and category.');
  io.say.line('1. Open the Partner Center and click “Join now”, then “Get Started”; select the business region.');
  io.say.line('2. Choose the business category. Labels may differ a little:');
  io.say.line(
    '   - “Seller in-house developer”, for your own shop: verified by the shop’s admin email, approved at once.',
  );
  io.say.line('   - Every other category: documents are sent in, and approval takes two to three business days.');
  io.say.line('The Partner Center:');
  io.say.value(address);
  const open =
    setting.answers.openBrowser &&
    (await ask.confirm({
      id: 'open-portal',
      message: 'Open the Partner Center now?',
      default: true,
      signal: io.signal,
    }));
  if (open) {
    const opened = await io.openBrowser(address);
    if (!opened.opened) io.say.warn(`No browser could be opened (${opened.why}). Open the address above yourself.`);
  }
  return await ask.select<Account>({
    id: 'registered',
    message: 'How did it go?',
    choices: [
      { value: 'yes', name: 'The account is approved' },
      { value: 'waiting', name: 'It waits for approval; go on later' },
    ],
    signal: io.signal,
  });
}

function hasAllCredentials({ answers }: WizardContext, { app }: Draft): boolean {
  return [answers.appKey ?? app.appKey, answers.appSecret ?? app.appSecret, answers.serviceId ?? app.serviceId].every(
    (value) => value !== undefined,
  );
}
