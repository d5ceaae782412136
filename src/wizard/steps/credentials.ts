import { requireApp } from '../../connection/app.ts';
import { fail } from '../../ground/errors.ts';
import { withWaitMessage } from '../../ground/wait-message.ts';
import { probeApp } from '../../tiktok/tokens.ts';
import { isDone, withDone, type Draft } from '../draft.ts';
import { changeRegion } from '../region.ts';
import { choice, goBack, menu, showFailure } from '../screen.ts';
import { isUnattended, type StepResult, type WizardContext } from '../wizard-context.ts';
import { askForValue, usableOf } from './ask-value.ts';
import { allFields, fields, readField, valueIn, withValue, type Field } from './fields.ts';
import { askForRedirectUrl } from './app.ts';

/** Step 4: App Key, App Secret and Service ID, each checked and stored once it is entered; then the live check. */
export async function credentials(context: WizardContext, draft: Draft): Promise<StepResult> {
  let known = draft;
  for (const field of allFields) known = await settle(context, known, field);
  return await confirmApp(context, known);
}

/** One value: from a flag or variable, else from the store, else from the person. */
async function settle(context: WizardContext, draft: Draft, field: Field): Promise<Draft> {
  const given = valueIn(context.answers.app, field);
  if (given !== undefined) return await takeGiven(context, draft, field, given);
  const stored = valueIn(draft.app, field);
  const isAsked = draft.reopened.includes('credentials') && !isUnattended(context);
  if (stored === undefined || isAsked) return await askForValue(context, draft, field);
  const verdict = readField(field, stored, draft);
  if (verdict.verdict !== 'refused') return draft;
  context.io.say.warn(`The stored ${field.label} can’t be used: ${verdict.why}`);
  const { [field.key]: _, ...app } = draft.app;
  return await askForValue(context, { ...draft, app }, field);
}

/** The value of a flag or variable. If it can't be used, the person is asked, if there is one. */
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

/** Failures that would affect the authorization too. */
const hopeless = ['interrupted', 'network-failed', 'answer-unreadable', 'rate-limited', 'vendor-error'];

/**
 * The live check of the App Key. It may not test the secret, so the message claims no more. A refusal of the key is only
 * a warning, because it is known from a single report. Marks the step as done.
 * @throws Failure if the authorization would fail for the same reason
 */
export async function confirmApp(context: WizardContext, draft: Draft): Promise<StepResult> {
  const { io } = context;
  const { app, region } = requireApp(draft);
  const answer = await withWaitMessage(io, 'Asking TikTok Shop whether it knows the App Key', () =>
    probeApp(io, context.hosts(region), app),
  );
  if (answer.ok) {
    const next = isDone(draft, 'authorize') ? 'with the next call' : 'when you authorize';
    io.say.done(`TikTok Shop recognizes the App Key. The App Secret is tested ${next}.`);
  } else {
    if (hopeless.includes(answer.failure.code)) throw answer.failure;
    showFailure(context, answer.failure, 'The App Key couldn’t be confirmed. ');
    if (answer.failure.code === 'app-key-invalid' && !isUnattended(context)) {
      const chosen = await askAboutAppKey(context);
      if (chosen === 'back') return { draft, go: 'back' };
      if (chosen !== 'on') return await confirmApp(context, await askForValue(context, draft, fields['app-key']));
    }
  }
  return { draft: await context.keep(withDone(draft, 'credentials', io.clock.now())), go: 'on' };
}

const askAboutAppKey = (context: WizardContext) =>
  menu<'enter the App Key again' | 'on' | 'back'>(context, 'app-key-again', 'What now?', [
    { value: 'enter the App Key again', name: 'Enter the App Key again', recommended: true },
    choice('on', 'Use this App Key anyway', 'Authorizing is likely to fail.'),
    goBack,
  ]);

/** Asks which value to change and changes only that one. `go`: `on` if the values can be used now. */
export async function changeValue(context: WizardContext, draft: Draft): Promise<StepResult> {
  const value = await menu<Field['name'] | 'redirect-url' | 'region' | 'back'>(context, 'change', 'Which value?', [
    ...allFields.map(({ name, label }) => choice(name, label)),
    choice('redirect-url', 'Redirect URL'),
    choice('region', 'Region', 'Apps of the US and of the other countries are separate.'),
    goBack,
  ]);
  switch (value) {
    case 'back':
      return { draft, go: 'on' };
    case 'redirect-url': {
      const redirectUrl = await askForRedirectUrl(context, draft);
      if (redirectUrl === null) return { draft, go: 'on' };
      return { draft: await context.keep({ ...draft, app: { ...draft.app, redirectUrl } }), go: 'on' };
    }
    case 'region':
      return await changeRegion(context, draft);
    default:
      return await confirmApp(context, await askForValue(context, draft, fields[value]));
  }
}
