import { markets, portalUrl, type Region } from '../tiktok/portals.ts';
import { ottokitRedirectUrl } from '../connection/redirect-url.ts';
import { isDone, withDone, withUndone, type Draft } from './draft.ts';
import { storedAnswers, type Setting } from './setting.ts';

/** Step 1: where the shop is, and whether there is a Partner Center account in that region's portal. */
export async function portal(setting: Setting, draft: Draft): Promise<Draft> {
  const { io, answers } = setting;
  const located = await locate(setting, draft);
  if (isDone(located, 'portal')) return located;
  const { region } = located.app;
  if (region === undefined) throw new Error('the region is known after it was asked for');

  const settled = storedAnswers(setting) && hasAllCredentials(setting, located);
  if (settled || io.ask === null || answers.yes) {
    return await setting.keep(withDone(located, 'portal', io.clock.now(), { waitingForApproval: false }));
  }
  return await askForAccount(setting, located, region);
}

/** The region: flag, store, then the country list. */
async function locate(setting: Setting, draft: Draft): Promise<Draft> {
  const { io, answers } = setting;
  const known = answers.region ?? (storedAnswers(setting) ? draft.app.region : undefined);
  if (known !== undefined) {
    return await moveTo(setting, draft, known);
  }
  if (io.ask === null) throw new Error('missing answers are refused before the first step');
  io.say.line('TikTok Shop has two Partner Centers, one for the US and one for all other countries.');
  io.say.line('The business region of an account cannot be changed later, so choose where the shop is.');
  const country = await io.ask.select({
    id: 'region',
    message: 'Where is the shop?',
    choices: markets.map(({ code, name }) => ({ value: code, name })),
    ...(draft.app.country === undefined ? {} : { default: draft.app.country }),
    signal: io.signal,
  });
  const region = markets.find(({ code }) => code === country)?.region ?? 'row';
  return await moveTo(setting, { ...draft, app: { ...draft.app, country } }, region);
}

/** Apps of the two Partner Centers are separate, so another region than before undoes what depended on it. */
async function moveTo(setting: Setting, draft: Draft, region: Region): Promise<Draft> {
  const before = draft.app.region;
  if (before === region) return await setting.keep(draft);
  const moved = before === undefined ? draft : withUndone(draft, 'portal', 'credentials', 'authorize', 'verify');
  return await setting.keep({ ...moved, app: { ...moved.app, region } });
}

type Account = 'yes' | 'no' | 'waiting';

async function askForAccount(setting: Setting, draft: Draft, region: Region): Promise<Draft> {
  const { io } = setting;
  if (io.ask === null) return draft;
  const waiting = draft.journal.waitingForApproval === true;
  const address = portalUrl(region);
  let account: Account = await io.ask.select<Account>({
    id: 'account',
    message: waiting
      ? 'Has the Partner Center account been approved?'
      : `Is there a Partner Center account at ${address}?`,
    choices: [
      { value: 'yes', name: waiting ? 'Yes, it is approved' : 'Yes, it is ready to use' },
      ...(waiting ? [] : [{ value: 'no' as const, name: 'No, show me how to make one' }]),
      { value: 'waiting', name: waiting ? 'Not yet' : 'It waits for approval' },
    ],
    default: 'yes',
    signal: io.signal,
  });
  if (account === 'no') account = await explainRegistration(setting, address);
  if (account === 'waiting') {
    return await setting.keep({ ...draft, journal: { ...draft.journal, waitingForApproval: true } });
  }
  return await setting.keep(withDone(draft, 'portal', io.clock.now(), { waitingForApproval: false }));
}

async function explainRegistration(setting: Setting, address: string): Promise<Account> {
  const { io } = setting;
  if (io.ask === null) return 'waiting';
  io.say.line('To have at hand: the email address of the shop’s admin, and the shop’s business region and category.');
  io.say.line('1. Open the Partner Center and click “Join now”, then “Get Started”; select the business region.');
  io.say.line('2. Choose the business category. Labels may differ a little:');
  io.say.line(
    '   - “Seller in-house developer”, for your own shop: verified by the shop’s admin email, approved at once.',
  );
  io.say.line('   - Every other category: documents are sent in, and approval takes two to three business days.');
  io.say.line(`Later you will enter OttoKit’s Redirect URL there: ${ottokitRedirectUrl}`);
  io.say.value(address);
  const open =
    setting.answers.openBrowser &&
    (await io.ask.confirm({
      id: 'open-portal',
      message: 'Open the Partner Center now?',
      default: true,
      signal: io.signal,
    }));
  if (open) {
    const opened = await io.openBrowser(address);
    if (!opened.opened) io.say.warn(`No browser could be opened (${opened.why}). Open the address above yourself.`);
  }
  return await io.ask.select<Account>({
    id: 'registered',
    message: 'How did it go?',
    choices: [
      { value: 'yes', name: 'The account is approved' },
      { value: 'waiting', name: 'It waits for approval; go on later' },
    ],
    signal: io.signal,
  });
}

function hasAllCredentials({ answers }: Setting, { app }: Draft): boolean {
  return [answers.appKey ?? app.appKey, answers.appSecret ?? app.appSecret, answers.serviceId ?? app.serviceId].every(
    (value) => value !== undefined,
  );
}
