import { endsSoon } from '../connection/authorization.ts';
import { mustSetBack, ottokitRedirectUrl } from '../connection/redirect-url.ts';
import { defined } from '../ground/defined.ts';
import type { Failure } from '../ground/errors.ts';
import { profileNameRule, validProfileName } from '../store/model/profile.ts';
import { isComplete, isDone, save, undone, withDone, type Draft, type StepResult } from './draft.ts';
import { choice, menu } from './screen.ts';
import { takeFinish, walk } from './steps.ts';
import { authorize } from './steps/authorize.ts';
import { changeValue } from './steps/credentials.ts';
import { settleRedirectUrl } from './steps/app.ts';
import { scopesOff, verify } from './steps/verify.ts';
import { isUnattended, requireAsk, withoutValues, type WizardContext } from './wizard-context.ts';

/**
 * Verifies the connection with a real call. Then, unless unattended, asks how to fix it or what to do next.
 * @returns the draft, or the name of a new profile if the user wants to connect another shop
 * @throws Failure if the connection can't be verified and nobody fixes it
 */
export async function checkConnected(given: WizardContext, existing: Draft): Promise<Draft | string> {
  const { io, answers } = given;
  // Ask about an unusable Redirect URL here, so that later steps don't ask again.
  const redirectUrl = answers.app.redirectUrl === undefined ? undefined : await settleRedirectUrl(given, existing);
  const context = { ...given, answers: { ...answers, app: { ...answers.app, ...defined({ redirectUrl }) } } };
  const draft = await withRedirectUrl(context, existing);
  const { draft: verified, go } = await verify(context, undone(draft, 'verify'));
  if (go === 'next') io.say.done(`“${draft.name}” is already connected. TikTok Shop just confirmed it.`);
  else if (isUnattended(context)) throw go;
  if (isUnattended(context)) return verified;
  const start = go === 'next' ? verified : draft;
  let turn: StepResult = go === 'next' ? { draft: verified, go: 'back' } : await renew(context, draft, go);
  while (turn.go === 'back') {
    const todo = await askWhatToDo(context, turn.draft);
    if (todo === 'nothing') break;
    if (todo === 'another') return await askForName(context);
    // Once something has changed, the flags no longer apply.
    const next = turn.draft === start ? context : withoutValues(context);
    turn = await { authorize: renew, finish: takeFinish, change }[todo](next, turn.draft);
  }
  return turn.draft;
}

/** Stores the Redirect URL from a flag. The flag means that the app already has this URL in Partner Center. */
async function withRedirectUrl(context: WizardContext, draft: Draft): Promise<Draft> {
  const { app, journal } = draft;
  const { redirectUrl } = context.answers.app;
  if (redirectUrl === undefined || (redirectUrl === app.redirectUrl && isDone(draft, 'app'))) return draft;
  const now = context.io.clock.now();
  // The flag repeats an old URL. Since then, the user has changed the app's URL back to OttoKit's.
  if (app.redirectUrl === ottokitRedirectUrl && redirectUrl === journal.redirectSetBack)
    return withDone(draft, 'app', now);
  return await save(context, withDone({ ...draft, app: { ...app, redirectUrl } }, 'app', now));
}

async function askWhatToDo(context: WizardContext, draft: Draft) {
  const profile = await context.store.profile(draft.name);
  const off = scopesOff(profile).map(({ id }) => id);
  const isFinished = isComplete(draft, 'finish') && !mustSetBack(draft);
  const shouldRenew = off.length > 0 || endsSoon(profile?.tokens?.refreshTokenExpiresAt, context.io.clock.now());
  const hint = off.length === 0 ? undefined : `In Manage API, ${off.join(', ')} must be on first.`;
  return await menu(context, 'connected', 'What would you like to do?', [
    { value: 'nothing', name: 'Nothing', recommended: isFinished && !shouldRenew },
    { ...choice('authorize', 'Authorize again', hint), recommended: shouldRenew },
    { value: 'finish', name: 'Finish in OttoKit', recommended: !isFinished && !shouldRenew },
    choice('change', 'Change a value'),
    choice('another', 'Add another shop'),
  ]);
}

/** Repeats step 5, then step 6 if needed. @throws `failure` if the user doesn't fix it */
async function renew(context: WizardContext, existing: Draft, failure?: Failure): Promise<StepResult> {
  const app = { ...existing.app, ...defined({ redirectUrl: context.answers.app.redirectUrl }) };
  const start = failure === undefined ? undone({ ...existing, app }, 'authorize', 'verify') : existing;
  const { draft, go } = await authorize(context, start, failure ?? 'open');
  if (go === 'first') return { draft: await walk(context, draft), go: 'next' };
  if (go === 'next') return isComplete(draft, 'finish') ? { draft, go } : await takeFinish(context, draft);
  if (failure !== undefined) throw failure;
  return { draft: existing, go };
}

async function change(context: WizardContext, draft: Draft): Promise<StepResult> {
  const { draft: changed, go } = await changeValue(context, draft);
  // If the new value couldn't be confirmed and the user goes back, restore the old one.
  if (go === 'back') return { draft: await save(context, draft), go };
  if (go === 'later') return { draft: changed, go };
  if (changed === draft) return { draft, go: 'back' };
  return { draft: isDone(changed, 'verify') ? changed : await walk(context, changed), go: 'next' };
}

async function askForName({ io, store }: WizardContext): Promise<string> {
  const taken = await store.names();
  return await requireAsk(io).text({
    id: 'profile',
    message: 'A name for the other shop, such as shop-2',
    keepsRefused: true,
    check: (name) =>
      taken.includes(name) ? `“${name}” is taken.` : validProfileName(name) || `Use ${profileNameRule}.`,
  });
}
