import { requireApp } from '../../connection/app.ts';
import { mustSetBack, ottokitDashboard, ottokitRedirectUrl } from '../../connection/redirect-url.ts';
import { complete, save, type Draft, type StepResult } from '../draft.ts';
import { choice, comeBackLater, goBack, menu, openingApp, openingPage, showToCopy, type Action } from '../screen.ts';
import { isUnattended, type WizardContext } from '../wizard-context.ts';

/** Step 6: what to do in OttoKit, which has no known API, so only the user can say whether it worked. */
export async function finish(context: WizardContext, draft: Draft): Promise<StepResult> {
  const restored = await restoreRedirect(context, draft);
  if (restored.go !== 'next') return restored;
  sayOttokitSteps(context, restored.draft);
  return isUnattended(context) ? restored : await askAboutOttokit(context, restored.draft);
}

async function restoreRedirect(context: WizardContext, draft: Draft): Promise<StepResult> {
  const { app } = draft;
  if (!mustSetBack(draft)) return { draft, go: 'next' };
  const { redirectUrl = 'not OttoKit’s' } = app;
  context.io.say.line(`The app’s Redirect URL is ${redirectUrl}. Change it to exactly this:`);
  await showToCopy(context, ottokitRedirectUrl);
  if (isUnattended(context)) return { draft, go: 'next' };
  const message = 'Have you changed it?';
  const choices = [
    openingApp(context, draft),
    choice('yes', 'Yes'),
    { ...comeBackLater, hint: 'Connecting in OttoKit fails until you change it.' },
    goBack,
  ];
  const answer = await menu(context, 'redirect-restored', message, choices, 'yes');
  if (answer !== 'yes') return { draft, go: answer };
  const journal = { ...draft.journal, redirectSetBack: redirectUrl };
  const setBack = { ...draft, app: { ...app, redirectUrl: ottokitRedirectUrl }, journal };
  return { draft: await save(context, setBack), go: 'next' };
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
  const { actions, removeSecret } = copyingValues(context, draft);
  const choices = [
    ...actions,
    choice('yes', 'OttoKit says it’s connected'),
    choice('no', 'OttoKit doesn’t say it’s connected', 'Shows the usual causes.'),
    { ...comeBackLater, name: 'I’ll do this later' },
    goBack,
  ];
  const answer = await menu(context, 'ottokit', 'Finish in OttoKit', choices, start).finally(removeSecret);
  if (answer === 'no') return await askAboutOttokit(context, await recordNotConnected(context, draft), 'service-id');
  if (answer !== 'yes') return { draft, go: answer === 'back' ? 'back' : 'next' };
  const ottokit = { connected: true, confirmedAt: context.io.clock.now() };
  return await complete(context, { ...draft, ottokit }, 'finish');
}

const secretSeconds = 60;

/** Removes a copied App Secret after a minute, before the next copy, and on `removeSecret`. */
function copyingValues(context: WizardContext, draft: Draft) {
  const { say, clipboard, clock } = context.io;
  const { app, serviceId } = requireApp(draft);
  let timer = new AbortController();
  const removeSecret = async (): Promise<void> => {
    timer.abort();
    await clipboard?.clear();
  };
  const expire = async (signal: AbortSignal, caveat: string): Promise<void> => {
    await clock.sleep(secretSeconds * 1_000, signal);
    if (signal.aborted) return;
    await clipboard?.clear();
    say.line(`The App Secret was removed from the clipboard${caveat}.`);
  };
  const copySecret = async (): Promise<void> => {
    const copied = await clipboard?.copy(app.appSecret);
    timer = new AbortController();
    if (copied?.copied !== true) {
      say.warn('The App Secret couldn’t be copied. Choose “Show the App Secret”.');
      return;
    }
    const caveat = copied.by === 'system' ? '' : ', if your terminal allows it';
    if (caveat === '') say.done('The App Secret is copied.');
    else say.line(`The App Secret is copied${caveat}.`);
    void expire(timer.signal, caveat);
  };
  const valueChoice = (value: string, name: string, act: () => unknown, next: string, hint?: string): Action => {
    return { value, name, hint, next, act: () => removeSecret().then(act) };
  };
  const showSecret = (): void => say.value(app.appSecret.reveal());
  const caveat = `Removed from the clipboard after ${String(secretSeconds)} seconds. A clipboard history may keep it.`;
  const actions = [
    { ...openingPage(context, 'Open OttoKit', ottokitDashboard), next: 'app-key' },
    valueChoice('app-key', 'Copy the App Key', () => showToCopy(context, app.appKey), 'app-secret'),
    valueChoice('app-secret', 'Copy the App Secret', copySecret, 'service-id', caveat),
    valueChoice('show-secret', 'Show the App Secret', showSecret, 'service-id', 'It stays in this terminal’s history.'),
    valueChoice('service-id', 'Copy the Service ID', () => showToCopy(context, serviceId), 'yes'),
  ];
  const offered = actions.filter(({ value }) => clipboard !== null || ['open', 'show-secret'].includes(value));
  return { actions: offered, removeSecret };
}

/** Source of the causes: OttoKit's guide. */
async function recordNotConnected(context: WizardContext, draft: Draft): Promise<Draft> {
  const { say, clock } = context.io;
  const answered = await save(context, { ...draft, ottokit: { connected: false, confirmedAt: clock.now() } });
  say.line('The usual causes:');
  say.instruction(`- The App Key is in OttoKit’s Service ID field. The Service ID is ${draft.app.serviceId ?? ''}.`);
  say.instruction('- The app’s Redirect URL isn’t exactly OttoKit’s. On the app’s page it must be:');
  await showToCopy(context, ottokitRedirectUrl);
  say.instruction('Then click “Save & Authorize” in OttoKit again.');
  return answered;
}
