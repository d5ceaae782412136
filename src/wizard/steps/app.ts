import { ottokitRedirectUrl } from '../../connection/redirect-url.ts';
import { undone, withDone, type Draft } from '../draft.ts';
import { comeBackLater, goBack, menu } from '../menu.ts';
import { openingApp, showToCopy } from '../show.ts';
import { isUnattended, type StepResult, type WizardContext } from '../wizard-context.ts';
import { askForRedirectUrl, settleRedirectUrl } from './redirect-url.ts';

/** Step 2: the Custom app in Partner Center, with its Redirect URL. */
export async function app(context: WizardContext, draft: Draft): Promise<StepResult> {
  const { io, answers } = context;
  let known = await keepRedirectUrl(context, draft, await settleRedirectUrl(context, draft));
  const isKnownApp = !draft.reopened.includes('app') && (answers.serviceId ?? draft.app.serviceId) !== undefined;
  while (!isUnattended(context) && !isKnownApp) {
    const answer = await showWhereToClick(context, known);
    if (answer === 'ready') break;
    if (answer !== 'another') return { draft: known, go: answer };
    const other = await askForRedirectUrl(context, known);
    if (other !== null) known = await keepRedirectUrl(context, known, other);
  }
  return { draft: await context.keep(withDone(known, 'app', io.clock.now())), go: 'on' };
}

async function keepRedirectUrl(context: WizardContext, draft: Draft, redirectUrl: string): Promise<Draft> {
  if (draft.app.redirectUrl === redirectUrl) return draft;
  return await context.keep({ ...undone(draft, 'app'), app: { ...draft.app, redirectUrl } });
}

type Answer = 'ready' | 'another' | 'later' | 'back';

/** OttoKit's guide, step 2. */
async function showWhereToClick(context: WizardContext, draft: Draft): Promise<Answer> {
  const { say } = context.io;
  const show = async (): Promise<void> => {
    say.instruction('1. In Partner Center, click “App & Service”, then “Create app & service” at the top right.');
    say.instruction('2. App type: “Custom”. Fill in the name, category, logo and your shop’s target market.');
    say.instruction('3. Enter exactly this Redirect URL:');
    await showToCopy(context, draft.app.redirectUrl ?? ottokitRedirectUrl);
    say.instruction('4. Save.');
  };
  await show();
  return await menu<Answer>(context, 'app-created', 'Is the app ready, with exactly this Redirect URL?', [
    { value: 'ready', name: 'Yes, it’s ready' },
    openingApp(context, draft),
    { value: 'again', name: 'Show the steps again', act: show },
    { value: 'another', name: 'Use a different Redirect URL' },
    comeBackLater,
    goBack,
  ]);
}
