import { defaultRegion, regions } from '../../ground/regions.ts';
import { ottokitRedirectUrl } from '../../connection/redirect-url.ts';
import type { Ask } from '../../ground/io.ts';
import { appListUrl, portalUrl } from '../../tiktok/portals.ts';
import { comeBackLater, goBack } from '../choices.ts';
import { openOrShow, showToCopy } from '../copy-value.ts';
import { isReopened, undone, withDone, type Draft } from '../draft.ts';
import { personAt, type StepResult, type WizardContext } from '../wizard-context.ts';
import { askForRedirectUrl, settleRedirectUrl } from './redirect-url.ts';

/** Step 2: the Custom app in Partner Center, with its Redirect URL. */
export async function app(context: WizardContext, draft: Draft): Promise<StepResult> {
  const { io, answers } = context;
  let known = await keepRedirectUrl(context, draft, await settleRedirectUrl(context, draft));
  const ask = personAt(context);
  const isKnownApp = !isReopened(draft, 'app') && (answers.serviceId ?? draft.app.serviceId) !== undefined;
  while (ask !== null && !isKnownApp) {
    const answer = await showWhereToClick(context, ask, known);
    if (answer === 'ready') break;
    if (answer !== 'another') return { draft: known, go: answer };
    const other = await askForRedirectUrl(context, ask, known);
    if (other !== null) known = await keepRedirectUrl(context, known, other);
  }
  return { draft: await context.keep(withDone(known, 'app', io.clock.now())), go: 'on' };
}

async function keepRedirectUrl(context: WizardContext, draft: Draft, redirectUrl: string): Promise<Draft> {
  const { redirectUrl: before } = draft.app;
  if (before === redirectUrl) return draft;
  const changed = { ...undone(draft, 'app'), app: { ...draft.app, redirectUrl } };
  return await context.keep(changed);
}

/** OttoKit's guide, step 2. */
async function showWhereToClick(
  context: WizardContext,
  ask: Ask,
  { app: { region = defaultRegion, redirectUrl = ottokitRedirectUrl } }: Draft,
): Promise<'ready' | 'another' | 'later' | 'back'> {
  const { say, signal } = context.io;
  // That the US portal has the same path as the other is assumed, not known.
  const address = regions[region].pathsKnown ? appListUrl(region) : portalUrl(region);
  const show = async (): Promise<void> => {
    say.instruction('1. In Partner Center, click “App & Service”, then “Create app & service” at the top right.');
    say.instruction('2. App type: “Custom”. Fill in the name, category, logo and your shop’s target market.');
    say.instruction('3. Enter exactly this Redirect URL:');
    await showToCopy(context, redirectUrl);
    say.instruction('4. Save.');
  };
  await show();
  for (;;) {
    const answer = await ask.select({
      id: 'app-created',
      message: 'Is the app ready, with exactly this Redirect URL?',
      choices: [
        { value: 'ready', name: 'Yes, it’s ready' },
        { value: 'open', name: 'Open Partner Center' },
        { value: 'again', name: 'Show the steps again' },
        { value: 'another', name: 'Use a different Redirect URL' },
        comeBackLater,
        goBack,
      ],
      signal,
    });
    if (answer === 'again') await show();
    else if (answer === 'open') await openOrShow(context, address);
    else return answer;
  }
}
