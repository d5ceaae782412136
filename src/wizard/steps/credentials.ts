import { fail } from '../../ground/errors.ts';
import { isReopened, type Draft } from '../draft.ts';
import { isUnattended, type StepResult, type WizardContext } from '../wizard-context.ts';
import { askForValue, usableOf } from './ask-value.ts';
import { confirmApp } from './confirm-app.ts';
import { allFields, readField, valueIn, withValue, type Field } from './fields.ts';

/** Step 4: App Key, App Secret and Service ID, each judged and stored as soon as it is entered; then the live check. */
export async function credentials(context: WizardContext, draft: Draft): Promise<StepResult> {
  let known = draft;
  for (const field of allFields) known = await settle(context, known, field);
  return await confirmApp(context, known);
}

/** One value: from a flag or variable, else from the store, else from the person. */
async function settle(context: WizardContext, draft: Draft, field: Field): Promise<Draft> {
  const given = valueIn(context.answers, field);
  if (given !== undefined) return await takeGiven(context, draft, field, given);
  const stored = valueIn(draft.app, field);
  const isAsked = isReopened(draft, 'credentials') && !isUnattended(context);
  if (stored === undefined || isAsked) return await askForValue(context, draft, field);
  const verdict = readField(field, stored, draft);
  if (verdict.verdict !== 'refused') return draft;
  context.io.say.warn(`The stored ${field.label} can’t be used: ${verdict.why}`);
  const { [field.key]: _, ...app } = draft.app;
  return await askForValue(context, { ...draft, app }, field);
}

/** The value of a flag or variable. If it can't be used, the person is asked, where there is one. */
async function takeGiven(context: WizardContext, draft: Draft, field: Field, given: string): Promise<Draft> {
  const { io, answers } = context;
  const verdict = readField(field, given, draft);
  const usable = await usableOf(context, draft, field, verdict);
  if (usable !== undefined) return await context.keep(withValue(draft, field, usable));
  const isRefused = verdict.verdict === 'refused';
  if (io.ask === null) {
    const why = isRefused ? verdict.why : `${'warning' in verdict ? verdict.warning : ''} Add --yes to use it anyway.`;
    throw fail('credential-refused', { flag: answers.givenBy?.[field.name] ?? field.label, why });
  }
  if (isRefused) io.say.warn(`${field.label}: ${verdict.why}`);
  return await askForValue(context, draft, field);
}
