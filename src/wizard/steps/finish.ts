import { appOf } from '../../connection/app.ts';
import { ottokitDashboard, ottokitRedirectUrl } from '../../connection/redirect-url.ts';
import type { App } from '../../tiktok/tokens.ts';
import { copySecretBriefly, secretSeconds, showToCopy, type SecretCopy } from '../clipboard.ts';
import { withDone, type Draft } from '../draft.ts';
import { comeBackLater, goBack, menu, type Action } from '../menu.ts';
import { openingPage } from '../web-page.ts';
import { isUnattended, type StepResult, type WizardContext } from '../wizard-context.ts';
import { restoreRedirect } from './restore-redirect.ts';

/**
 * Step 6: OttoKit's own steps, each value ready to paste. No public way to make a connection there by program was found,
 * so only the person can say how it ended.
 */
export async function finish(context: WizardContext, draft: Draft): Promise<StepResult> {
  const restored = await restoreRedirect(context, draft);
  if (restored.go !== 'on') return restored;
  sayOttokitSteps(context, restored.draft);
  return isUnattended(context) ? restored : await askAboutOttokit(context, restored.draft);
}

/** OttoKit's guide, step 4. */
function sayOttokitSteps({ io: { say } }: WizardContext, { app }: Draft): void {
  say.instruction(`1. In OttoKit (${ottokitDashboard}), go to Apps, search for “TikTok Shop” and click “Connect”.`);
  say.instruction('2. Enter the App Key, the App Secret and the Service ID:');
  say.copy(app.appKey ?? '', 'App Key');
  say.copy(app.serviceId ?? '', 'Service ID');
  say.instruction('3. Click “Save & Authorize”, sign in once more and approve.');
}

async function askAboutOttokit(context: WizardContext, draft: Draft): Promise<StepResult> {
  const known = appOf(draft);
  if (!known.ok) throw known.failure;
  const secret = copySecretBriefly(context.io, known.app.appSecret);
  const choices = [
    ...valuesToCopy(context, { ...known.app, serviceId: known.serviceId }, secret),
    { value: 'yes', name: 'OttoKit says connected' } as const,
    sayingNo(context, draft),
    { ...comeBackLater, name: 'I’ll do this later' },
    goBack,
  ];
  const answer = await menu<'yes' | 'later' | 'back'>(
    context,
    'ottokit',
    'Finish in OttoKit',
    choices.map((choice) => ('act' in choice ? endingFirst(secret, choice) : choice)),
    'open',
  ).finally(() => secret.end());
  if (answer !== 'yes') return { draft, go: answer === 'back' ? 'back' : 'on' };
  const now = context.io.clock.now();
  const connected = { ...draft, ottokit: { connected: true, confirmedAt: now } };
  return { draft: await context.keep(withDone(connected, 'finish', now)), go: 'on' };
}

/** The actions in the order in which somebody fills in OttoKit's form. Nothing is offered to copy without a clipboard. */
function valuesToCopy(
  context: WizardContext,
  { appKey, appSecret, serviceId }: App & { serviceId: string },
  secret: SecretCopy,
): readonly Action[] {
  const { say, clipboard } = context.io;
  const copying = (action: Action): readonly Action[] => (clipboard === null ? [] : [action]);
  return [
    { ...openingPage(context, 'Open OttoKit', ottokitDashboard), next: 'app-key' },
    ...copying({
      value: 'app-key',
      name: 'Copy the App Key',
      act: () => showToCopy(context, appKey),
      next: 'app-secret',
    }),
    ...copying({
      value: 'app-secret',
      name: 'Copy the App Secret',
      hint: `Removed from the clipboard after ${String(secretSeconds)} seconds. A clipboard history may keep it.`,
      act: async () => {
        const copied = await secret.copy();
        if (!copied.copied) say.warn('The App Secret couldn’t be copied. Choose “Show the App Secret”.');
        else if (copied.by === 'system') say.done('The App Secret is copied.');
        else say.line('The App Secret is copied, if your terminal can.');
      },
      next: 'service-id',
    }),
    {
      value: 'show-secret',
      name: 'Show the App Secret',
      hint: 'It stays in this terminal’s history.',
      act: () => {
        say.value(appSecret.reveal());
      },
      next: 'service-id',
    },
    ...copying({
      value: 'service-id',
      name: 'Copy the Service ID',
      act: () => showToCopy(context, serviceId),
      next: 'yes',
    }),
  ];
}

/** The action, with the App Secret off the clipboard before it. */
const endingFirst = (secret: SecretCopy, action: Action): Action => ({
  ...action,
  act: async () => {
    await secret.end();
    await action.act();
  },
});

/** Keeps the answer, and shows the two causes that OttoKit's guide names. */
const sayingNo = (context: WizardContext, draft: Draft): Action => ({
  value: 'no',
  name: 'OttoKit doesn’t say connected',
  hint: 'Shows the usual causes.',
  act: async () => {
    const { say, clock } = context.io;
    await context.keep({ ...draft, ottokit: { connected: false, confirmedAt: clock.now() } });
    say.line('The usual causes:');
    say.instruction(`- The App Key is in OttoKit’s Service ID field. The Service ID is ${draft.app.serviceId ?? ''}.`);
    say.instruction('- The app’s Redirect URL isn’t exactly OttoKit’s. On the app’s page it must be:');
    await showToCopy(context, ottokitRedirectUrl);
    say.instruction('Then click “Save & Authorize” in OttoKit again.');
  },
  next: 'service-id',
});
