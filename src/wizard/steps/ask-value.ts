import { readRedirectUrl } from '../../connection/redirect-url.ts';
import { readAppPage, type AppPage } from '../../tiktok/app-page.ts';
import { credentialNames, shapes, type CredentialName } from '../../tiktok/credential-shapes.ts';
import { readCredential, valueIn, valueOf, type Usable } from '../../tiktok/credentials.ts';
import { save, withValue, type Draft } from '../draft.ts';
import { choice, goBack, menu } from '../screen.ts';
import { isUnattended, requireAsk, type WizardContext } from '../wizard-context.ts';

/** Source: OttoKit's guide, step 3. */
const instructions: Readonly<Record<CredentialName, string>> = {
  'app-key':
    'Copy the App Key from “Credentials” on the app’s page. Or copy that whole page (Ctrl-A, Ctrl-C) and paste it here.',
  'app-secret': 'Copy the App Secret from “Credentials” too. Reveal it first, so that you don’t copy the dots.',
  'service-id':
    'Copy the Service ID from the top of the page, after “ID:” under the app’s name. You can paste the authorization link instead.',
};

/** Asks for a value until it is usable. Enter keeps the known value. Pasting the app's page fills in several. */
export async function askForValue(
  context: WizardContext,
  draft: Draft,
  name: CredentialName,
  message?: string,
): Promise<Draft> {
  const { say } = context.io;
  const { key, title } = shapes[name];
  if (message === undefined) say.instruction(instructions[name]);
  let known = draft;
  for (;;) {
    const typed = await typedValue(context, known, name, message ?? title);
    if (typed === '' && known.app[key] !== undefined) return known;
    const found = readSeveral(typed, known, name);
    const taken = found === null ? known : await takeFound(context, known, found, name);
    if (taken === null) continue;
    known = taken;
    const entered = found === null ? typed : found[key];
    if (entered === undefined) continue;
    const verdict = readCredential(name, entered, known.app);
    // The prompt already refuses an unusable typed value, so this one is from a page.
    if (verdict.verdict === 'refused') say.warn(`${title}: ${verdict.why}`);
    else if (await mayUse(context, known, name, verdict)) return await save(context, withValue(known, name, verdict));
  }
}

async function typedValue({ io }: WizardContext, draft: Draft, name: CredentialName, message: string): Promise<string> {
  const before = valueIn(draft.app, name);
  const isSecret = name === 'app-secret';
  const question = {
    id: name,
    message: before !== undefined && isSecret ? `${message} (Enter keeps the stored one)` : message,
    check: (answer: string): true | string => {
      if ((answer === '' && before !== undefined) || readSeveral(answer, draft, name) !== null) return true;
      const verdict = readCredential(name, answer, draft.app);
      return verdict.verdict !== 'refused' || verdict.why;
    },
    summarize: (text: string): string | undefined => {
      const found = readSeveral(text, draft, name);
      if (found !== null) return isLink(found) ? 'the link' : 'the whole page';
      const isMisplaced = !isSecret && readCredential('app-secret', text, draft.app).verdict === 'accepted';
      return isMisplaced ? 'the App Secret' : undefined;
    },
  };
  if (isSecret) return (await requireAsk(io).password(question)).reveal();
  const echo = (answer: string): string => valueOf(readCredential(name, answer, draft.app)) ?? answer;
  return await requireAsk(io).text({ ...question, echo, default: before });
}

/** Whether to use the value. An unusual one must be confirmed, now or earlier, or allowed with `--yes`. */
export async function mayUse(context: WizardContext, draft: Draft, name: CredentialName, verdict: Usable) {
  const { io, answers } = context;
  if (verdict.verdict === 'accepted') return true;
  if (draft.journal.unusualAccepted?.includes(name) && valueIn(draft.app, name) === verdict.value) return true;
  // Without a terminal, the caller's failure contains the warning.
  if (io.ask === null && !answers.yes) return false;
  io.say.warn(`${shapes[name].title}: ${verdict.warning}`);
  if (answers.yes) return true;
  return await requireAsk(io).confirm({ id: `${name}-unusual`, message: 'Use it anyway?', default: false });
}

/** Reads the app's whole page or, when asked for the App Key, a link with the Service ID. */
function readSeveral(pasted: string, { app }: Draft, name: CredentialName): AppPage | null {
  const page = readAppPage(pasted);
  if (page !== null || name !== 'app-key' || !pasted.includes('/')) return page;
  return readCredential('service-id', pasted, app).verdict === 'accepted' ? { serviceId: pasted } : null;
}

/** Whether the pasted text was a link, which has only one value. A page has at least two. */
const isLink = (found: AppPage): boolean => Object.keys(found).length === 1;

/** Takes the accepted values except for `asked`, which the caller checks. Returns `null` if the user goes back. */
async function takeFound(
  context: WizardContext,
  draft: Draft,
  found: AppPage,
  asked: CredentialName,
): Promise<Draft | null> {
  const { say } = context.io;
  const { redirectUrl, status } = found;
  let known = draft;
  const shown: string[] = [];
  for (const name of credentialNames) {
    const { key, title } = shapes[name];
    const text = found[key];
    if (text === undefined) continue;
    const verdict = readCredential(name, text, known.app);
    shown.push(name === 'app-secret' ? title : `${title} ${valueOf(verdict) ?? text}`);
    if (name !== asked && verdict.verdict === 'accepted') known = withValue(known, name, verdict);
  }
  if (redirectUrl !== undefined) shown.push(`Redirect URL ${redirectUrl}`);
  if (status !== undefined) shown.push(status);
  const { key, title } = shapes[asked];
  const missing = found[key] === undefined ? ` The ${title} is still missing.` : '';
  say.done(`Found ${isLink(found) ? 'in the link' : 'on the page'}: ${shown.join(', ')}.${missing}`);
  if (status === 'draft') say.warn('The app is still a draft. Click “Publish” on its page before you authorize it.');
  const settled = await settleDifference(context, known, redirectUrl);
  return settled && (await save(context, settled));
}

/** Compares the page's Redirect URL, which TikTok Shop uses, with ours. Returns `null` if the user goes back. */
async function settleDifference(context: WizardContext, draft: Draft, onPage?: string): Promise<Draft | null> {
  const { redirectUrl } = draft.app;
  if (onPage === undefined || redirectUrl === undefined || onPage === redirectUrl) return draft;
  context.io.say.warn(`The app’s Redirect URL is ${onPage}, but it should be ${redirectUrl}.`);
  const { kind, url } = readRedirectUrl(onPage);
  if (isUnattended(context) || kind === 'refused') return draft;
  const message = 'TikTok Shop compares every character. What now?';
  const answer = await menu(context, 'redirect-differs', message, [
    { value: 'change', name: 'I’ve corrected it on the app’s page', recommended: true },
    ...(kind === 'near-miss' ? [] : [choice('use', 'Use the app’s Redirect URL here instead')]),
    goBack,
  ]);
  if (answer === 'back') return null;
  return answer === 'use' ? { ...draft, app: { ...draft.app, redirectUrl: url } } : draft;
}
