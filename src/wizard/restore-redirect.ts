import { ottokitRedirectUrl, readRedirectUrl } from '../connection/redirect-url.ts';
import { appPageUrl } from '../tiktok/portals.ts';
import type { Draft } from './draft.ts';
import { readyToPaste } from './ready-to-paste.ts';
import type { WizardContext } from './wizard-context.ts';

/**
 * Where the Redirect URL was not OttoKit's for connecting here: the reminder to set it back. Only the person can tell
 * whether that is done, so only what the person says is recorded; `doctor redirect` warns until then.
 */
export async function restoreRedirect(setting: WizardContext, draft: Draft): Promise<Draft> {
  if (draft.journal.redirectToRestore !== true) return draft;
  const { io, answers } = setting;
  io.say.line(
    `The app’s Redirect URL is ${draft.app.redirectUrl ?? 'not OttoKit’s'}. Set it back to OttoKit’s, to the letter: until then connecting in OttoKit ends there too, and fails.`,
  );
  tellAppPage(setting, draft);
  await readyToPaste(answers.yes ? { ...io, clipboard: null } : io, 'Redirect URL', ottokitRedirectUrl);
  return await askWhetherRestored(setting, draft);
}

/** Who gives OttoKit's Redirect URL for a profile that had another one says that it is set back. */
export async function takeAsRestored(setting: WizardContext, draft: Draft): Promise<Draft> {
  const given = setting.answers.redirectUrl;
  if (draft.journal.redirectToRestore !== true || given === undefined) return draft;
  if (readRedirectUrl(given).kind !== 'ottokit') return draft;
  return await keepRestored(setting, draft);
}

const keepRestored = (setting: WizardContext, draft: Draft): Promise<Draft> =>
  setting.keep({
    ...draft,
    app: { ...draft.app, redirectUrl: ottokitRedirectUrl },
    journal: { ...draft.journal, redirectToRestore: false },
  });

/** Asks, without reminding. Nothing is asked where it is set back, or nobody can be asked. */
export async function askWhetherRestored(setting: WizardContext, draft: Draft): Promise<Draft> {
  const { io, answers } = setting;
  if (draft.journal.redirectToRestore !== true || io.ask === null || answers.yes) return draft;
  const isRestored = await io.ask.confirm({
    id: 'redirect-restored',
    message: 'Is the app’s Redirect URL OttoKit’s again?',
    default: false,
    signal: io.signal,
  });
  if (isRestored) return await keepRestored(setting, draft);
  io.say.line('`ottokit-tiktok doctor redirect` reminds you until it is, and `ottokit-tiktok connect` asks again.');
  return draft;
}

/** The app's page in Partner Center, where it is known. */
export function tellAppPage({ io }: WizardContext, { app }: Draft): void {
  if (app.region === undefined || app.serviceId === undefined) return;
  const what =
    app.region === 'us' ? 'The app’s page, if the US portal has it where the other one has' : 'The app’s page';
  io.say.line(`${what}: ${appPageUrl(app.region, app.serviceId)}`);
}
