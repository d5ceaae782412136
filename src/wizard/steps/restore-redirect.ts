import { ottokitRedirectUrl } from '../../connection/redirect-url.ts';
import { appPageUrl } from '../../tiktok/portals.ts';
import type { Draft } from '../draft.ts';
import { comeBackLater, goBack, menu } from '../menu.ts';
import { openingPage, showToCopy } from '../show.ts';
import { isUnattended, type StepResult, type WizardContext } from '../wizard-context.ts';

/**
 * The gate before OttoKit's steps: while the app's Redirect URL isn't OttoKit's, connecting in OttoKit fails.
 * Only the person can say when it is set back; `doctor redirect` warns until then.
 */
export async function restoreRedirect(context: WizardContext, draft: Draft): Promise<StepResult> {
  const { app, journal } = draft;
  if (journal.redirectToRestore !== true) return { draft, go: 'on' };
  const { region, serviceId, redirectUrl = 'not OttoKit’s' } = app;
  context.io.say.line(`The app’s Redirect URL is ${redirectUrl}. Change it back. It must be exactly:`);
  await showToCopy(context, ottokitRedirectUrl);
  if (isUnattended(context)) return { draft, go: 'on' };
  const page = region === undefined || serviceId === undefined ? undefined : appPageUrl(region, serviceId);
  const choices = [
    ...(page === undefined ? [] : [openingPage(context, 'Open the app’s page', page)]),
    { value: 'yes', name: 'Yes' } as const,
    { ...comeBackLater, hint: 'Connecting in OttoKit fails until then.' },
    goBack,
  ];
  const answer = await menu<'yes' | 'later' | 'back'>(
    context,
    'redirect-restored',
    'Is it OttoKit’s again?',
    choices,
    'yes',
  );
  if (answer !== 'yes') return { draft, go: answer };
  const restored = {
    ...draft,
    app: { ...app, redirectUrl: ottokitRedirectUrl },
    journal: { ...journal, redirectToRestore: false },
  };
  return { draft: await context.keep(restored), go: 'on' };
}
