import { requireApp } from '../../connection/app.ts';
import { fail, type Failure } from '../../ground/errors.ts';
import { withWaitMessage } from '../../ground/wait-message.ts';
import { credentialNames, shapes, type CredentialName } from '../../tiktok/credential-shapes.ts';
import { readCredential, valueIn } from '../../tiktok/credentials.ts';
import { probeApp } from '../../tiktok/tokens.ts';
import { isDone, keep, withDone, withValue, type Draft } from '../draft.ts';
import { changeRegion } from '../region.ts';
import { choice, comeBackLater, goBack, menu, showFailure } from '../screen.ts';
import { isUnattended, type StepResult, type WizardContext } from '../wizard-context.ts';
import { askForValue, mayUse } from './ask-value.ts';
import { askForRedirectUrl } from './app.ts';

/** Step 4: asks for App Key, App Secret and Service ID, storing each right away, then checks the App Key. */
export async function credentials(context: WizardContext, draft: Draft): Promise<StepResult> {
  let known = draft;
  for (const name of credentialNames) known = await settle(context, known, name);
  return await confirmApp(context, known);
}

/** Gets one value from a flag or variable, else the store, else a question. */
async function settle(context: WizardContext, draft: Draft, name: CredentialName): Promise<Draft> {
  const given = valueIn(context.answers.app, name);
  if (given !== undefined) return await takeGiven(context, draft, name, given);
  const stored = valueIn(draft.app, name);
  const isAsked = draft.reopened.includes('credentials') && !isUnattended(context);
  if (stored === undefined || isAsked) return await askForValue(context, draft, name);
  const verdict = readCredential(name, stored, draft.app);
  if (verdict.verdict !== 'refused') return draft;
  const { key, title } = shapes[name];
  context.io.say.warn(`The stored ${title} can’t be used: ${verdict.why}`);
  const { [key]: _, ...app } = draft.app;
  return await askForValue(context, { ...draft, app }, name);
}

/** Uses the value of a flag or variable. If it can't be used, asks for another in a terminal. */
async function takeGiven(context: WizardContext, draft: Draft, name: CredentialName, given: string): Promise<Draft> {
  const { io, answers } = context;
  const { title } = shapes[name];
  const verdict = readCredential(name, given, draft.app);
  if (verdict.verdict !== 'refused' && (await mayUse(context, draft, name, verdict)))
    return await keep(context, withValue(draft, name, verdict));
  if (io.ask === null) {
    const why =
      'why' in verdict ? verdict.why : `${'warning' in verdict ? verdict.warning : ''} Add --yes to use it anyway.`;
    throw fail('credential-refused', { flag: answers.givenBy?.[name] ?? title, why });
  }
  if (verdict.verdict === 'refused') io.say.warn(`${title}: ${verdict.why}`);
  return await askForValue(context, draft, name);
}

/** The failures of a check that says nothing about the App Key. Authorizing would fail too. */
const unchecked = ['interrupted', 'network-failed', 'answer-unreadable', 'rate-limited', 'vendor-error'];

/**
 * Asks TikTok Shop about the App Key. This may not test the secret, so the message doesn't say so. A refusal is only a
 * warning, because we know of it from only one report. Marks the step as done.
 * @throws Failure if it couldn't be checked and nobody can try again
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
    const { failure } = answer;
    const isUnchecked = unchecked.includes(failure.code);
    if (isUnchecked && (isUnattended(context) || io.signal.aborted)) throw failure;
    showFailure(context, failure, 'The App Key couldn’t be confirmed. ');
    const chosen = isUnchecked ? await askToCheckAgain(context) : await askAboutAppKey(context, failure);
    if (chosen === 'back' || chosen === 'later') return { draft, go: chosen };
    if (chosen === 'again') return await confirmApp(context, draft);
    if (chosen !== 'on') return await confirmApp(context, await askForValue(context, draft, 'app-key'));
  }
  return { draft: await keep(context, withDone(draft, 'credentials', io.clock.now())), go: 'on' };
}

const askToCheckAgain = (context: WizardContext) =>
  menu<'again' | 'later' | 'back'>(context, 'app-check', 'What now?', [
    { value: 'again', name: 'Try again', recommended: true },
    comeBackLater,
    goBack,
  ]);

/** Other failures don't mean that the App Key is wrong. */
async function askAboutAppKey(context: WizardContext, { code }: Failure) {
  if (code !== 'app-key-invalid' || isUnattended(context)) return 'on';
  return await menu<'enter the App Key again' | 'on' | 'back'>(context, 'app-key-again', 'What now?', [
    { value: 'enter the App Key again', name: 'Enter the App Key again', recommended: true },
    choice('on', 'Use this App Key anyway', 'Authorizing is likely to fail.'),
    goBack,
  ]);
}

/** Asks which value to change and changes only that one. `go` is `on` if the values can be used now. */
export async function changeValue(context: WizardContext, draft: Draft): Promise<StepResult> {
  const value = await menu<CredentialName | 'redirect-url' | 'region' | 'back'>(context, 'change', 'Which value?', [
    ...credentialNames.map((name) => choice(name, shapes[name].title)),
    choice('redirect-url', 'Redirect URL'),
    choice('region', 'Region', 'The US and the other countries have separate apps.'),
    goBack,
  ]);
  if (value === 'back') return { draft, go: 'on' };
  if (value === 'region') return await changeRegion(context, draft);
  if (value !== 'redirect-url') return await confirmApp(context, await askForValue(context, draft, value));
  const redirectUrl = await askForRedirectUrl(context, draft);
  if (redirectUrl === null) return { draft, go: 'on' };
  return { draft: await keep(context, { ...draft, app: { ...draft.app, redirectUrl } }), go: 'on' };
}
