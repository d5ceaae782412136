import { readRedirectUrl } from '../../connection/redirect-url.ts';
import { defined } from '../../ground/defined.ts';
import { readAppPage, type AppPage } from '../../tiktok/app-page.ts';
import type { Verdict } from '../../tiktok/credentials.ts';
import type { Draft } from '../draft.ts';
import { choice, menu } from '../screen.ts';
import { isUnattended, personAt, type WizardContext } from '../wizard-context.ts';
import { allFields, fields, readField, valueIn, withValue, type Field, type Usable } from './fields.ts';

/** Asks for one value until it is usable. Enter keeps the known value; a whole page fills in several. */
export async function askForValue(
  context: WizardContext,
  draft: Draft,
  field: Field,
  message: string = field.label,
): Promise<Draft> {
  if (message === field.label) context.io.say.instruction(field.where);
  let known = draft;
  for (;;) {
    const typed = await typedValue(context, known, field, message);
    if (typed === '' && valueIn(known.app, field) !== undefined) return known;
    const found = readSeveral(typed, known, field);
    if (found !== null) known = await takeSeveral(context, known, found, field);
    const entered = found === null ? typed : found[field.key];
    if (entered === undefined) continue;
    const verdict = readField(field, entered, known);
    // The question itself refuses a typed value; this one is from a page.
    if (verdict.verdict === 'refused') context.io.say.warn(`${field.label}: ${verdict.why}`);
    const usable = await usableOf(context, known, field, verdict);
    if (usable !== undefined) return await context.keep(withValue(known, field, usable));
  }
}

async function typedValue({ io }: WizardContext, draft: Draft, field: Field, message: string): Promise<string> {
  const before = valueIn(draft.app, field);
  const isSecret = field.key === 'appSecret';
  const question = {
    id: field.name,
    message: before !== undefined && isSecret ? `${message} (Enter keeps the stored one)` : message,
    check: (answer: string): true | string => {
      if ((answer === '' && before !== undefined) || readSeveral(answer, draft, field) !== null) return true;
      const verdict = readField(field, answer, draft);
      return verdict.verdict !== 'refused' || verdict.why;
    },
    signal: io.signal,
  };
  if (isSecret) return (await personAt(io).password(question)).reveal();
  const echo = (answer: string): string => (readAppPage(answer) === null ? answer : 'the whole page');
  return await personAt(io).text({ ...question, echo, ...defined({ default: before }) });
}

/** The verdict on a usual value, or on an unusual one that the person confirmed, now or in an earlier run. */
export async function usableOf(
  { io, answers }: WizardContext,
  { app, journal }: Draft,
  field: Field,
  verdict: Verdict,
): Promise<Usable | undefined> {
  if (verdict.verdict === 'refused') return undefined;
  if (verdict.verdict === 'accepted') return verdict;
  if (journal.unusualAccepted?.includes(field.name) && valueIn(app, field) === verdict.value) return verdict;
  io.say.warn(`${field.label}: ${verdict.warning}`);
  if (answers.yes) return verdict;
  const question = { id: `${field.name}-unusual`, message: 'Use it anyway?', default: false, signal: io.signal };
  return (await io.ask?.confirm(question)) === true ? verdict : undefined;
}

/** The values in a text pasted for one field: the app's whole page, or, at “App Key”, a link with the Service ID. */
function readSeveral(pasted: string, draft: Draft, field: Field): AppPage | null {
  const page = readAppPage(pasted);
  if (page !== null || field.key !== 'appKey' || !pasted.includes('/')) return page;
  return readField(fields['service-id'], pasted, draft).verdict === 'accepted' ? { serviceId: pasted } : null;
}

/** Shows the values found, and keeps them except that of the field `asked`, which the question itself handles. */
async function takeSeveral(context: WizardContext, draft: Draft, found: AppPage, asked: Field): Promise<Draft> {
  const { say } = context.io;
  const { redirectUrl, status } = found;
  let known = draft;
  const shown: string[] = [];
  for (const field of allFields) {
    const text = found[field.key];
    if (text === undefined) continue;
    const verdict = readField(field, text, known);
    const value = verdict.verdict === 'refused' ? text : verdict.value;
    shown.push(field.key === 'appSecret' ? 'App Secret' : `${field.label} ${value}`);
    if (field.key !== asked.key && verdict.verdict === 'accepted') known = withValue(known, field, verdict);
  }
  if (redirectUrl !== undefined) shown.push(`Redirect URL ${redirectUrl}`);
  if (status !== undefined) shown.push(status);
  const missing = found[asked.key] === undefined ? ` The ${asked.label} is still missing.` : '';
  // A page has at least two values.
  const where = Object.keys(found).length === 1 ? 'in the link' : 'on the page';
  say.done(`Found ${where}: ${shown.join(', ')}.${missing}`);
  if (status === 'draft') say.warn('The app is still a draft. Click “Publish” on its page before you authorize it.');
  return await context.keep(await settleDifference(context, known, redirectUrl));
}

/** TikTok Shop answers at the app's own Redirect URL, so a difference must be resolved before step 5. */
async function settleDifference(context: WizardContext, draft: Draft, onPage: string | undefined): Promise<Draft> {
  const { redirectUrl } = draft.app;
  if (onPage === undefined || redirectUrl === undefined || onPage === redirectUrl) return draft;
  context.io.say.warn(`The app’s Redirect URL is ${onPage}, but it should be ${redirectUrl}.`);
  const verdict = readRedirectUrl(onPage);
  if (isUnattended(context) || verdict.kind === 'refused') return draft;
  const message = 'TikTok Shop compares every character. What now?';
  const answer = await menu<'change' | 'use'>(context, 'redirect-differs', message, [
    { value: 'change', name: 'I’ve corrected it on the app’s page', recommended: true },
    ...(verdict.kind === 'near-miss' ? [] : [choice('use', 'Use the one on the app’s page here')]),
  ]);
  return answer === 'use' ? { ...draft, app: { ...draft.app, redirectUrl: verdict.url } } : draft;
}
