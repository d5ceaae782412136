import type { Ask } from '../ground/io.ts';
import { appListUrl, portalUrl } from '../tiktok/portals.ts';
import { askForRedirectUrl, settleRedirectUrl } from './choose-redirect.ts';
import { isDone, withDone, reopenSteps, type Draft } from './draft.ts';
import { mayReuseStored, type WizardContext } from './wizard-context.ts';

/** Step 2: the Custom app in Partner Center, and the Redirect URL it has. */
export async function app(setting: WizardContext, draft: Draft): Promise<Draft> {
  const { io, answers } = setting;
  const known = answers.redirectUrl ?? (mayReuseStored(setting) ? draft.app.redirectUrl : undefined);
  if (isDone(draft, 'app') && known === draft.app.redirectUrl) return draft;
  let kept = await keepRedirectUrl(setting, draft, await settleRedirectUrl(setting, draft, known));
  if (io.ask !== null && !answers.yes && !hasCredentials(kept, setting)) {
    while ((await showWhereToClick(setting, io.ask, kept)) === 'another Redirect URL')
      kept = await keepRedirectUrl(setting, kept, await askForRedirectUrl(setting, io.ask, kept));
  }
  return await setting.keep(withDone(kept, 'app', io.clock.now()));
}

async function keepRedirectUrl(setting: WizardContext, draft: Draft, redirectUrl: string): Promise<Draft> {
  const changed = draft.app.redirectUrl !== undefined && draft.app.redirectUrl !== redirectUrl;
  return await setting.keep({
    ...(changed ? reopenSteps(draft, 'app') : draft),
    app: { ...draft.app, redirectUrl },
  });
}

async function showWhereToClick(
  { io }: WizardContext,
  ask: Ask,
  { app: { region = 'row', redirectUrl = '' } }: Draft,
): Promise<'ready' | 'another Redirect URL'> {
  // That the US portal has the same path as the other is assumed, not known.
  const where = region === 'us' ? portalUrl(region) : appListUrl(region);
  io.say.line(`In Partner Center (${where}), if the app is not there yet:`);
  io.say.line('1. Left sidebar: “App & Service”; top right: “Create app & service”.');
  io.say.line('2. App type: “Custom”. Give it a name, a category, a logo and the target market where the shop is.');
  io.say.line('3. Redirect URL, to the letter:');
  io.say.value(redirectUrl);
  io.say.line('4. Save it. A Redirect URL that was changed may take a while to act.');
  for (;;) {
    const exists = await ask.confirm({
      id: 'app-created',
      message: 'Does the app exist, with exactly this Redirect URL?',
      default: true,
      signal: io.signal,
    });
    if (exists) return 'ready';
    const lacking = await ask.select<'time' | 'another'>({
      id: 'app-lacking',
      message: 'What is lacking?',
      choices: [
        { value: 'time', name: 'Time; ask again' },
        { value: 'another', name: 'The app has another Redirect URL, or is to have one' },
      ],
      default: 'time',
      signal: io.signal,
    });
    if (lacking === 'another') return 'another Redirect URL';
    io.say.line('Take the time it needs; this waits. Ctrl-C leaves, and `ottokit-tiktok connect` goes on from here.');
  }
}

function hasCredentials({ app: known }: Draft, setting: WizardContext): boolean {
  const { answers } = setting;
  if (!mayReuseStored(setting)) return false;
  return (answers.appKey ?? known.appKey) !== undefined && (answers.serviceId ?? known.serviceId) !== undefined;
}
