import { requireApp } from '../../connection/app.ts';
import { fail, type Failure } from '../../ground/errors.ts';
import { withWaitMessage } from '../../ground/wait-message.ts';
import { credentialNames, shapes, type CredentialName } from '../../tiktok/credential-shapes.ts';
import { readCredential, valueIn } from '../../tiktok/credentials.ts';
import { isInconclusive, probeApp } from '../../tiktok/tokens.ts';
import { complete, isDone, save, withValue, type Draft, type StepResult } from '../draft.ts';
import { changeRegion } from '../region.ts';
import { choice, comeBackLater, goBack, menu, showFailure } from '../screen.ts';
import { isUnattended, type WizardContext } from '../wizard-context.ts';
import { askForValue, mayUse } from './ask-value.ts';
import { askForRedirectUrl } from './app.ts';

export async function credentials(context: WizardContext, draft: Draft): Promise<StepResult> {
  let known = draft;
  for (const name of credentialNames) known = await settle(context, known, name);
  return await confirmApp(context, known);
}

async function settle(context: WizardContext, draft: Draft, name: CredentialName): Promise<Draft> {
  const { io, answers } = context;
  const { key, title } = shapes[name];
  const given = valueIn(answers.app, name);
  const known = given ?? valueIn(draft.app, name);
  const isAsked = given === undefined && draft.reopened.includes('credentials') && !isUnattended(context);
  if (known === undefined || isAsked) return await askForValue(context, draft, name);
  const verdict = readCredential(name, known, draft.app);
  if (verdict.verdict !== 'refused') {
    if (given === undefined) return draft;
    if (await mayUse(context, draft, name, verdict)) return await save(context, withValue(draft, name, verdict));
  }
  if (io.ask === null) {
    const stated = given === undefined ? undefined : answers.givenBy?.[name];
    const flag = stated ?? (name === 'app-secret' ? '--app-secret-stdin' : `--${name}`);
    const warning = 'warning' in verdict ? verdict.warning : '';
    const why = 'why' in verdict ? verdict.why : `${warning} Add --yes to use it anyway.`;
    throw fail('credential-refused', { flag, why });
  }
  if ('why' in verdict)
    io.say.warn(`${given === undefined ? `The stored ${title} can’t be used` : title}: ${verdict.why}`);
  // Enter must not keep a stored value that was refused.
  const { [key]: _, ...app } = draft.app;
  return await askForValue(context, given === undefined ? { ...draft, app } : draft, name);
}

/**
 * Doesn't fail if TikTok Shop refuses the App Key, because only one report says what its error code means.
 * @throws Failure if the App Key couldn't be checked and nobody can try again
 */
export async function confirmApp(context: WizardContext, draft: Draft): Promise<StepResult> {
  const { io } = context;
  let known = draft;
  for (;;) {
    const { app, region } = requireApp(known);
    const answer = await withWaitMessage(io, 'Asking TikTok Shop whether it knows the App Key', () =>
      probeApp(io, context.hosts(region), app),
    );
    if (answer.ok) {
      const next = isDone(known, 'authorize') ? 'with the next call' : 'when you authorize';
      io.say.done(`TikTok Shop recognizes the App Key. The App Secret is tested ${next}.`);
      break;
    }
    const chosen = await askAboutFailure(context, answer.failure);
    if (chosen === 'use anyway') break;
    if (chosen === 'back' || chosen === 'later') return { draft: known, go: chosen };
    if (chosen === 'app-key') known = await askForValue(context, known, 'app-key');
  }
  return await complete(context, known, 'credentials');
}

async function askAboutFailure(context: WizardContext, failure: Failure) {
  // Authorizing would fail too.
  const isUnchecked = isInconclusive(failure);
  if (isUnchecked && (isUnattended(context) || context.io.signal.aborted)) throw failure;
  showFailure(context, failure, 'The App Key could not be confirmed. ');
  if (isUnchecked) {
    const tryAgain = { value: 'again', name: 'Try again', recommended: true } as const;
    return await menu(context, 'app-check', 'What now?', [tryAgain, comeBackLater, goBack]);
  }
  // Other failures don't mean that the App Key is wrong.
  if (failure.code !== 'app-key-invalid' || isUnattended(context)) return 'use anyway';
  return await menu(context, 'app-key-again', 'What now?', [
    { value: 'app-key', name: 'Enter the App Key again', recommended: true },
    choice('use anyway', 'Use this App Key anyway', 'Authorizing is likely to fail.'),
    goBack,
  ]);
}

export async function changeValue(context: WizardContext, draft: Draft): Promise<StepResult> {
  const value = await menu(context, 'change', 'Which value?', [
    ...credentialNames.map((name) => choice(name, shapes[name].title)),
    choice('redirect-url', 'Redirect URL'),
    choice('region', 'Region', 'The US and the other countries have separate apps.'),
    goBack,
  ]);
  if (value === 'back') return { draft, go: 'next' };
  if (value === 'region') return await changeRegion(context, draft);
  if (value !== 'redirect-url') return await confirmApp(context, await askForValue(context, draft, value));
  const redirectUrl = await askForRedirectUrl(context, draft);
  if (redirectUrl === null) return { draft, go: 'next' };
  return { draft: await save(context, { ...draft, app: { ...draft.app, redirectUrl } }), go: 'next' };
}
