import { requireApp } from '../../connection/app.ts';
import { mustSetBack, ottokitDashboard, ottokitRedirectUrl } from '../../connection/redirect-url.ts';
import { withDone, type Draft } from '../draft.ts';
import { choice, comeBackLater, goBack, menu, openingApp, showToCopy } from '../screen.ts';
import { isUnattended, type StepResult, type WizardContext } from '../wizard-context.ts';
import { copyingValues, copySecretBriefly, keepNo } from './ottokit-actions.ts';

/**
 * Step 6: OttoKit's own steps, with each value ready to paste. OttoKit has no known API for this, so only the user can
 * say whether it worked.
 */
export async function finish(context: WizardContext, draft: Draft): Promise<StepResult> {
  const restored = await restoreRedirect(context, draft);
  if (restored.go !== 'on') return restored;
  sayOttokitSteps(context, restored.draft);
  return isUnattended(context) ? restored : await askAboutOttokit(context, restored.draft);
}

/** Asks the user to change the app's Redirect URL back to OttoKit's, because connecting in OttoKit fails otherwise. */
async function restoreRedirect(context: WizardContext, draft: Draft): Promise<StepResult> {
  const { app } = draft;
  if (!mustSetBack(draft)) return { draft, go: 'on' };
  const { redirectUrl = 'not OttoKit’s' } = app;
  context.io.say.line(`The app’s Redirect URL is ${redirectUrl}. Change it back. It must be exactly:`);
  await showToCopy(context, ottokitRedirectUrl);
  if (isUnattended(context)) return { draft, go: 'on' };
  const message = 'Have you changed it back?';
  const choices = [
    openingApp(context, draft),
    choice('yes', 'Yes'),
    { ...comeBackLater, hint: 'Connecting in OttoKit fails until then.' },
    goBack,
  ];
  const answer = await menu<'yes' | 'later' | 'back'>(context, 'redirect-restored', message, choices, 'yes');
  if (answer !== 'yes') return { draft, go: answer };
  const journal = { ...draft.journal, redirectSetBack: redirectUrl };
  const setBack = { ...draft, app: { ...app, redirectUrl: ottokitRedirectUrl }, journal };
  return { draft: await context.keep(setBack), go: 'on' };
}

/** Source: OttoKit's guide, step 4. */
function sayOttokitSteps({ io: { say } }: WizardContext, { app }: Draft): void {
  say.instruction(`1. In OttoKit (${ottokitDashboard}), go to Apps, search for “TikTok Shop” and click “Connect”.`);
  say.instruction('2. Enter the App Key, the App Secret and the Service ID:');
  say.copy(app.appKey ?? '', 'App Key');
  say.copy(app.serviceId ?? '', 'Service ID');
  say.instruction('3. Click “Save & Authorize”, sign in once more and approve.');
}

async function askAboutOttokit(context: WizardContext, draft: Draft, start = 'open'): Promise<StepResult> {
  const { app, serviceId } = requireApp(draft);
  const secret = copySecretBriefly(context.io, app.appSecret);
  const choices = [
    ...copyingValues(context, { ...app, serviceId }, secret.copy),
    choice('yes', 'OttoKit says it’s connected'),
    choice('no', 'OttoKit doesn’t say it’s connected', 'Shows the usual causes.'),
    { ...comeBackLater, name: 'I’ll do this later' },
    goBack,
  ].map((one) => ('act' in one && one.value !== 'open' ? { ...one, act: () => secret.end().then(one.act) } : one));
  const asked = menu<'yes' | 'no' | 'later' | 'back'>(context, 'ottokit', 'Finish in OttoKit', choices, start);
  const answer = await asked.finally(secret.end);
  if (answer === 'no') return await askAboutOttokit(context, await keepNo(context, draft), 'service-id');
  if (answer !== 'yes') return { draft, go: answer === 'back' ? 'back' : 'on' };
  const now = context.io.clock.now();
  const connected = { ...draft, ottokit: { connected: true, confirmedAt: now } };
  return { draft: await context.keep(withDone(connected, 'finish', now)), go: 'on' };
}
