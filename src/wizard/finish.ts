import { ottokitRedirectUrl } from '../connection/redirect-url.ts';
import type { Ask } from '../ground/io.ts';
import { isDone, withDone, type Draft } from './draft.ts';
import { tellOttokitSteps, walkThroughOttokit } from './ottokit-steps.ts';
import { askWhetherRestored, restoreRedirect, tellAppPage } from './restore-redirect.ts';
import type { WizardContext } from './wizard-context.ts';

/**
 * Step 7: OttoKit's own steps, each value ready to paste. No public way to make a connection there by program was found,
 * so these are the person's, and only the person can tell how they ended. Done when OttoKit said connected, or when
 * nobody is asked; until then the next run goes through them again.
 */
export async function finish(setting: WizardContext, draft: Draft): Promise<Draft> {
  if (isDone(draft, 'finish')) return draft;
  const { io, answers } = setting;
  const ready = await restoreRedirect(setting, draft);
  if (io.ask === null || answers.yes) {
    tellOttokitSteps(setting, ready);
    return await setting.keep(withDone(ready, 'finish', io.clock.now()));
  }
  await walkThroughOttokit(setting, io.ask, ready);
  return await askWhetherConnected(setting, io.ask, ready);
}

async function askWhetherConnected(setting: WizardContext, ask: Ask, draft: Draft): Promise<Draft> {
  const { io } = setting;
  const connected = await ask.confirm({
    id: 'ottokit-connected',
    message: 'Did OttoKit say connected?',
    default: true,
    signal: io.signal,
  });
  const answered = { ...draft, ottokit: { connected, confirmedAt: io.clock.now() } };
  if (!connected) {
    tellCauses(setting, draft);
    return await setting.keep(answered);
  }
  const done = await setting.keep(withDone(answered, 'finish', io.clock.now()));
  return await askWhetherRestored(setting, done);
}

/** OttoKit's guide names these two. */
function tellCauses(setting: WizardContext, draft: Draft): void {
  const { say } = setting.io;
  say.line('Two things are worth a second look:');
  say.line('- The Service ID field must hold the Service ID, not the App Key. The Service ID is:');
  say.value(draft.app.serviceId ?? '');
  say.line('- The app’s Redirect URL must be OttoKit’s, to the letter:');
  say.value(ottokitRedirectUrl);
  tellAppPage(setting, draft);
  say.line('`ottokit-tiktok doctor` checks the rest; `ottokit-tiktok connect` goes through OttoKit’s steps again.');
}
