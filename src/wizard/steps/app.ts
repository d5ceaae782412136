import { localRedirectUrl, ottokitRedirectUrl, readRedirectUrl } from '../../connection/redirect-url.ts';
import { fail } from '../../ground/errors.ts';
import { defaultRegion, regions } from '../../ground/regions.ts';
import { complete, save, undone, type Draft, type StepResult } from '../draft.ts';
import { choice, comeBackLater, goBack, menu, openingApp, showToCopy } from '../screen.ts';
import { isUnattended, requireAsk, type WizardContext } from '../wizard-context.ts';

/** Step 2. Source of the instructions: OttoKit's guide, step 2. */
export async function app(context: WizardContext, draft: Draft): Promise<StepResult> {
  const { answers, io } = context;
  let known = await saveRedirectUrl(context, draft, await settleRedirectUrl(context, draft));
  const isKnownApp = !draft.reopened.includes('app') && (answers.app.serviceId ?? draft.app.serviceId) !== undefined;
  if (isUnattended(context) || isKnownApp) return await complete(context, known, 'app');
  const show = async (): Promise<void> => {
    io.say.instruction('1. In Partner Center, click “App & Service”, then “Create app & service” at the top right.');
    io.say.instruction('2. App type: “Custom”. Fill in the name, category, logo and your shop’s target market.');
    io.say.instruction('3. Enter exactly this Redirect URL:');
    await showToCopy(context, known.app.redirectUrl ?? ottokitRedirectUrl);
    io.say.instruction('4. Save.');
  };
  const changeRedirectUrl = async (): Promise<void> => {
    const another = await askForRedirectUrl(context, known);
    if (another !== null) known = await saveRedirectUrl(context, known, another);
    await show();
  };
  await show();
  const answer = await menu(context, 'app-created', 'Is the app ready, with exactly this Redirect URL?', [
    choice('ready', 'Yes, it’s ready'),
    openingApp(context, draft),
    { value: 'again', name: 'Show the steps again', act: show },
    { value: 'another', name: 'Use a different Redirect URL', act: changeRedirectUrl },
    comeBackLater,
    goBack,
  ]);
  return answer === 'ready' ? await complete(context, known, 'app') : { draft: known, go: answer };
}

async function saveRedirectUrl(context: WizardContext, draft: Draft, redirectUrl: string): Promise<Draft> {
  if (draft.app.redirectUrl === redirectUrl) return draft;
  return await save(context, { ...undone(draft, 'app'), app: { ...draft.app, redirectUrl } });
}

/** @throws Failure redirect-url-refused if the Redirect URL can't be used and the run is unattended */
export async function settleRedirectUrl(context: WizardContext, draft: Draft): Promise<string> {
  const { io, answers } = context;
  const { redirectUrl: stored } = draft.app;
  const known = answers.app.redirectUrl ?? stored;
  if (known === undefined) return await recommendedRedirectUrl(context);
  const verdict = readRedirectUrl(known);
  if (!('why' in verdict)) return verdict.url;
  const { why } = verdict;
  if (verdict.kind === 'near-miss' && answers.yes) {
    io.say.warn(`Using this Redirect URL as given, but ${why}`);
    return verdict.url;
  }
  if (isUnattended(context)) throw fail('redirect-url-refused', { value: known, why });
  io.say.warn(`The Redirect URL ${known} can’t be used: ${why}`);
  const another = await askForRedirectUrl(context, draft);
  return another ?? (stored === known ? undefined : stored) ?? ottokitRedirectUrl;
}

/** Prefers OttoKit's, which needn't be changed afterward, unless nothing can capture what TikTok Shop sends there. */
async function recommendedRedirectUrl({ io, answers, windows }: WizardContext): Promise<string> {
  if (answers.capture === 'listener') return localRedirectUrl;
  if (io.ask !== null || answers.capture !== 'auto') return ottokitRedirectUrl;
  return answers.browser && 'browser' in (await windows.find()) ? ottokitRedirectUrl : localRedirectUrl;
}

/** Returns `null` if the user goes back. */
export async function askForRedirectUrl(context: WizardContext, { app }: Draft): Promise<string | null> {
  const { label, loopbackSeen } = regions[app.region ?? defaultRegion];
  const untried = loopbackSeen ? '' : ` The ${label} portal may not accept this address.`;
  const ottokits = choice('ottokit', `OttoKit’s: ${ottokitRedirectUrl}`, 'Works for the test here and for OttoKit.');
  const chosen = await menu(context, 'redirect-url', 'Which Redirect URL?', [
    { ...ottokits, recommended: true },
    choice('local', `This computer: ${localRedirectUrl}`, `You’ll have to change it back afterward.${untried}`),
    choice('other', 'Another one', 'Such as a tunnel. You’ll have to change it back afterward.'),
    goBack,
  ]);
  if (chosen === 'other') return await askForAnother(context, app.redirectUrl);
  return { ottokit: ottokitRedirectUrl, local: localRedirectUrl, back: null }[chosen];
}

async function askForAnother({ io }: WizardContext, before: string | undefined): Promise<string> {
  const isPreset = before !== undefined && before !== ottokitRedirectUrl && before !== localRedirectUrl;
  const typed = await requireAsk(io).text({
    id: 'redirect-url-other',
    message: 'Redirect URL, exactly as on the app’s page',
    default: isPreset ? before : undefined,
    keepsRefused: true,
    check: (answer) => {
      const verdict = readRedirectUrl(answer);
      return 'why' in verdict ? `This Redirect URL can’t be used: ${verdict.why}` : true;
    },
  });
  return readRedirectUrl(typed).url;
}
