import { defined } from '../../ground/defined.ts';
import { readAppPage } from '../../tiktok/app-page.ts';
import type { Verdict } from '../../tiktok/credentials.ts';
import type { Draft } from '../draft.ts';
import { personAt, type WizardContext } from '../wizard-context.ts';
import { readField, valueIn, withValue, type Field, type Usable } from './fields.ts';
import { readSeveral, takeSeveral } from './pasted-page.ts';

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

/**
 * The verdict on a value of the usual format, or on an unusual one that the person confirmed, now or in an earlier run.
 */
export async function usableOf(
  { io, answers }: WizardContext,
  { app, journal }: Draft,
  field: Field,
  verdict: Verdict,
): Promise<Usable | undefined> {
  if (verdict.verdict === 'refused') return undefined;
  if (verdict.verdict === 'accepted') return verdict;
  const wasWanted = journal.unusualAccepted?.includes(field.name) === true && valueIn(app, field) === verdict.value;
  if (wasWanted) return verdict;
  io.say.warn(`${field.label}: ${verdict.warning}`);
  if (answers.yes) return verdict;
  const question = { id: `${field.name}-unusual`, message: 'Use it anyway?', default: false, signal: io.signal };
  return (await io.ask?.confirm(question)) === true ? verdict : undefined;
}
