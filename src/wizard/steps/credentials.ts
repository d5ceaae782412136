import { defined } from '../../ground/defined.ts';
import { fail } from '../../ground/errors.ts';
import { readAppPage } from '../../tiktok/app-page.ts';
import { isReopened, withDone, type Draft } from '../draft.ts';
import { personAt, type StepResult, type WizardContext } from '../wizard-context.ts';
import { checkApp } from './check-app.ts';
import {
  allFields,
  differs,
  fields,
  isOverruled,
  plain,
  readField,
  withValue,
  type Field,
  type Usable,
} from './fields.ts';
import { isLinkAtAppKey, takeLink, takePage } from './pasted-page.ts';

/** Step 4: App Key, App Secret and Service ID, each judged and stored as soon as it is entered; then the live check. */
export async function credentials(context: WizardContext, draft: Draft): Promise<StepResult> {
  let known = draft;
  for (const field of allFields) known = await settle(context, known, field);
  return await confirmApp(context, known);
}

/** The live check, repeated while the App Key is entered again; marks the step as done. */
export async function confirmApp(context: WizardContext, draft: Draft): Promise<StepResult> {
  let known = draft;
  for (;;) {
    const verdict = await checkApp(context, known);
    if (verdict === 'back') return { draft: known, go: 'back' };
    if (verdict === 'on') {
      const done = await context.keep(withDone(known, 'credentials', context.io.clock.now()));
      return { draft: done, go: 'on' };
    }
    known = await askForValue(context, known, fields['app-key']);
  }
}

/** Whether a flag or a variable gives another value than the one stored. */
export const givenDiffers = ({ answers }: Pick<WizardContext, 'answers'>, draft: Draft): readonly Field[] =>
  allFields.filter((field) => differs(answers, draft, field));

/** One value: flag or environment, then the store, then the question. */
async function settle(context: WizardContext, draft: Draft, field: Field): Promise<Draft> {
  const given = plain(context.answers[field.key]);
  if (given !== undefined) {
    const accepted = await judgeGiven(context, draft, field, given);
    if (accepted !== undefined) return await keepValue(context, draft, field, accepted);
    return await askForValue(context, draft, field);
  }
  const stored = plain(draft.app[field.key]);
  const isAsked = isReopened(draft, 'credentials') && personAt(context) !== null;
  if (stored === undefined || isAsked) return await askForValue(context, draft, field);
  const again = readField(field, stored, draft);
  if (again.verdict !== 'refused') return draft;
  context.io.say.warn(`The stored ${field.label} can’t be used: ${again.why}`);
  const { [field.key]: _, ...app } = draft.app;
  return await askForValue(context, { ...draft, app }, field);
}

const keepValue = (context: WizardContext, draft: Draft, field: Field, verdict: Usable): Promise<Draft> =>
  context.keep(withValue(draft, field, verdict));

/** The value of flag or environment if it can be used; undefined to ask the person instead. */
async function judgeGiven(
  context: WizardContext,
  draft: Draft,
  field: Field,
  given: string,
): Promise<Usable | undefined> {
  const { io, answers } = context;
  const flag = answers.givenBy?.[field.name] ?? field.flag;
  const verdict = readField(field, given, draft);
  if (verdict.verdict === 'accepted') return verdict;
  if (verdict.verdict === 'refused') {
    if (io.ask === null) throw fail('credential-refused', { flag, why: verdict.why });
    io.say.warn(`${field.label}: ${verdict.why}`);
    return undefined;
  }
  if (isOverruled(draft, field, verdict.value) || (await isWantedAnyway(context, field, verdict.warning)))
    return verdict;
  if (io.ask === null)
    throw fail('credential-refused', { flag, why: `${verdict.warning} Add --yes to use it anyway.` });
  return undefined;
}

/** Asks for one value until it can be used. Enter keeps the one that is known; a whole page fills several. */
export async function askForValue(
  context: WizardContext,
  draft: Draft,
  field: Field,
  message: string = field.label,
): Promise<Draft> {
  const { io } = context;
  if (io.ask === null) throw new Error('missing answers are refused before the first step');
  if (message === field.label) io.say.instruction(field.where);
  let known = draft;
  for (;;) {
    const typed = await typedValue(context, known, field, message);
    const before = plain(known.app[field.key]);
    if (typed === '' && before !== undefined) return known;
    const page = readAppPage(typed);
    if (page !== null) known = await takePage(context, known, page, field);
    else if (isLinkAtAppKey(field, typed, known)) known = await takeLink(context, known, typed);
    const entered = page === null ? typed : page[field.key];
    if (entered === undefined) continue;
    const verdict = readField(field, entered, known);
    if (verdict.verdict === 'refused') continue;
    if (verdict.verdict === 'unusual' && !(await isWantedAnyway(context, field, verdict.warning))) continue;
    return await keepValue(context, known, field, verdict);
  }
}

async function typedValue({ io }: WizardContext, draft: Draft, field: Field, message: string): Promise<string> {
  const before = plain(draft.app[field.key]);
  const isSecret = field.key === 'appSecret';
  const question = {
    id: field.name,
    message: before !== undefined && isSecret ? `${message} (Enter keeps the stored one)` : message,
    check: (answer: string): true | string => {
      if ((answer === '' && before !== undefined) || readAppPage(answer) !== null) return true;
      const verdict = readField(field, answer, draft);
      if (verdict.verdict !== 'refused') return true;
      return isLinkAtAppKey(field, answer, draft) || verdict.why;
    },
    signal: io.signal,
  };
  if (io.ask === null) return '';
  if (isSecret) return (await io.ask.password(question)).reveal();
  const echo = (answer: string): string => (readAppPage(answer) === null ? answer : 'the whole page');
  return await io.ask.text({ ...question, echo, ...defined({ default: before }) });
}

async function isWantedAnyway(context: WizardContext, field: Field, warning: string): Promise<boolean> {
  const { io, answers } = context;
  io.say.warn(`${field.label}: ${warning}`);
  if (answers.yes) return true;
  if (io.ask === null) return false;
  return await io.ask.confirm({
    id: `${field.name}-unusual`,
    message: 'Use it anyway?',
    default: false,
    signal: io.signal,
  });
}
