import { ottokitRedirectUrl } from '../../connection/redirect-url.ts';
import { appPageUrl } from '../../tiktok/portals.ts';
import { comeBackLater, goBack } from '../choices.ts';
import { openOrShow, showToCopy } from '../copy-value.ts';
import type { Draft } from '../draft.ts';
import { personAt, type StepResult, type WizardContext } from '../wizard-context.ts';

/**
 * The gate before OttoKit's steps: while the app's Redirect URL isn't OttoKit's, connecting in OttoKit fails.
 * Only the person can say when it is set back; `doctor redirect` warns until then.
 */
export async function restoreRedirect(context: WizardContext, draft: Draft): Promise<StepResult> {
  if (draft.journal.redirectToRestore !== true) return { draft, go: 'on' };
  const { io } = context;
  const ask = personAt(context);
  const { region, serviceId, redirectUrl = 'not OttoKit’s' } = draft.app;
  io.say.line(`The app’s Redirect URL is ${redirectUrl}. Change it back. It must be exactly:`);
  await showToCopy(context, ottokitRedirectUrl);
  const page = region === undefined || serviceId === undefined ? undefined : appPageUrl(region, serviceId);
  while (ask !== null) {
    const answer = await ask.select({
      id: 'redirect-restored',
      message: 'Is it OttoKit’s again?',
      choices: [
        ...(page === undefined ? [] : [{ value: 'open', name: 'Open the app’s page' } as const]),
        { value: 'yes', name: 'Yes' },
        { ...comeBackLater, hint: 'Connecting in OttoKit fails until then.' },
        goBack,
      ],
      default: 'yes',
      signal: io.signal,
    });
    if (answer === 'yes') return { draft: await keepRestored(context, draft), go: 'on' };
    if (answer !== 'open') return { draft, go: answer };
    await openOrShow(context, page ?? '');
  }
  return { draft, go: 'on' };
}

export const keepRestored = (context: WizardContext, draft: Draft): Promise<Draft> =>
  context.keep({
    ...draft,
    app: { ...draft.app, redirectUrl: ottokitRedirectUrl },
    journal: { ...draft.journal, redirectToRestore: false },
  });
