import { ottokitDashboard, ottokitRedirectUrl } from '../connection/redirect-url.ts';
import { appPageUrl } from '../tiktok/portals.ts';
import { isDone, withDone, type Draft } from './draft.ts';
import type { Setting } from './setting.ts';

/**
 * Step 7: OttoKit's own steps, each value ready to paste. No public way to make a connection there by program was found,
 * so these are the person's. A local Redirect URL has to be set back first, or OttoKit's own authorization ends here.
 */
export async function finish(setting: Setting, draft: Draft): Promise<Draft> {
  if (isDone(draft, 'finish')) return draft;
  const { io, answers } = setting;
  const redirectToRestore = draft.app.redirectUrl !== ottokitRedirectUrl;
  if (redirectToRestore) tellToRestore(setting, draft);
  tellSteps(setting, draft);
  if (io.ask !== null && !answers.yes) await offerSecretAndDashboard(setting, draft);
  return await setting.keep(withDone(draft, 'finish', io.clock.now(), { redirectToRestore }));
}

function tellToRestore({ io }: Setting, { app }: Draft): void {
  io.say.line('Before that: set the app’s Redirect URL back to OttoKit’s, to the letter, on the app’s page:');
  if (app.region !== undefined && app.serviceId !== undefined) io.say.line(appPageUrl(app.region, app.serviceId));
  io.say.value(ottokitRedirectUrl);
}

function tellSteps({ io }: Setting, { app }: Draft): void {
  io.say.line(`1. In OttoKit (${ottokitDashboard}): Apps, search for “TikTok Shop”, click Connect.`);
  io.say.line('2. App Key:');
  io.say.value(app.appKey ?? '');
  io.say.line('3. App Secret: the one that you entered here.');
  io.say.line('4. Service ID:');
  io.say.value(app.serviceId ?? '');
  io.say.line('5. Click “Save & Authorize”, sign in as the seller and approve.');
}

async function offerSecretAndDashboard({ io, answers }: Setting, { app }: Draft): Promise<void> {
  if (io.ask === null) return;
  const show = await io.ask.confirm({
    id: 'show-secret',
    message: 'Print the App Secret here, to copy it?',
    default: false,
    signal: io.signal,
  });
  if (show && app.appSecret !== undefined) io.say.value(app.appSecret.reveal());
  if (!answers.openBrowser) return;
  const open = await io.ask.confirm({
    id: 'open-ottokit',
    message: 'Open OttoKit now?',
    default: true,
    signal: io.signal,
  });
  if (!open) return;
  const opened = await io.openBrowser(ottokitDashboard);
  if (!opened.opened) io.say.warn(`No browser could be opened (${opened.why}). Open ${ottokitDashboard} yourself.`);
}
