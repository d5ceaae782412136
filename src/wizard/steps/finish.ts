import { ottokitDashboard, ottokitRedirectUrl } from '../../connection/redirect-url.ts';
import type { Ask, Choice } from '../../ground/io.ts';
import { comeBackLater, goBack } from '../choices.ts';
import { copySecretBriefly, secretSeconds } from '../copy-secret.ts';
import { openOrShow, showToCopy } from '../copy-value.ts';
import { withDone, type Draft } from '../draft.ts';
import { personAt, type StepResult, type WizardContext } from '../wizard-context.ts';
import { restoreRedirect } from './restore-redirect.ts';

/**
 * Step 6: OttoKit's own steps, each value ready to paste. No public way to make a connection there by program was found,
 * so only the person can say how it ended.
 */
export async function finish(context: WizardContext, draft: Draft): Promise<StepResult> {
  const restored = await restoreRedirect(context, draft);
  if (restored.go !== 'on') return restored;
  const ask = personAt(context);
  sayOttokitSteps(context, restored.draft);
  if (ask === null) return restored;
  const answer = await askAboutOttokit(context, ask, restored.draft);
  if (answer === 'back') return { draft: restored.draft, go: 'back' };
  return { draft: answer, go: 'on' };
}

/** OttoKit's guide, step 4. */
function sayOttokitSteps({ io: { say } }: WizardContext, { app }: Draft): void {
  say.instruction(`1. In OttoKit (${ottokitDashboard}), go to Apps, search for “TikTok Shop” and click “Connect”.`);
  say.instruction('2. Enter the App Key, the App Secret and the Service ID:');
  say.copy(app.appKey ?? '', 'App Key');
  say.copy(app.serviceId ?? '', 'Service ID');
  say.instruction('3. Click “Save & Authorize”, sign in once more and approve.');
}

type Answer = 'open' | 'app-key' | 'app-secret' | 'show-secret' | 'service-id' | 'yes' | 'no' | 'later' | 'back';

const menu: readonly Choice<Answer>[] = [
  { value: 'open', name: 'Open OttoKit' },
  { value: 'app-key', name: 'Copy the App Key' },
  {
    value: 'app-secret',
    name: 'Copy the App Secret',
    hint: `Removed from the clipboard after ${String(secretSeconds)} seconds. A clipboard history may keep it.`,
  },
  { value: 'show-secret', name: 'Show the App Secret', hint: 'It stays in this terminal’s history.' },
  { value: 'service-id', name: 'Copy the Service ID' },
  { value: 'yes', name: 'OttoKit says connected' },
  { value: 'no', name: 'OttoKit doesn’t say connected', hint: 'Shows the usual causes.' },
  { ...comeBackLater, name: 'I’ll do this later' },
  goBack,
];

const copies: ReadonlySet<Answer> = new Set<Answer>(['app-key', 'app-secret', 'service-id']);

async function askAboutOttokit(context: WizardContext, ask: Ask, start: Draft): Promise<Draft | 'back'> {
  const { io, keep } = context;
  const { appKey = '', appSecret, serviceId = '' } = start.app;
  const briefly = appSecret === undefined ? undefined : copySecretBriefly(io, appSecret);
  let draft = start;
  let preset: Answer = 'open';
  const say = (connected: boolean): Promise<Draft> =>
    keep({ ...draft, ottokit: { connected, confirmedAt: io.clock.now() } });
  try {
    for (;;) {
      const answer: Answer = await ask.select<Answer>({
        id: 'ottokit',
        message: 'Finish in OttoKit',
        choices: menu.filter(({ value }) => io.clipboard !== null || !copies.has(value)),
        default: preset,
        signal: io.signal,
      });
      await briefly?.end();
      if (answer === 'back') return 'back';
      if (answer === 'later') return draft;
      if (answer === 'yes') return await keep(withDone(await say(true), 'finish', io.clock.now()));
      if (answer === 'no') {
        draft = await say(false);
        await sayCauses(context, draft);
      }
      if (answer === 'open') await openOrShow(context, ottokitDashboard);
      if (answer === 'app-key') await showToCopy(context, appKey);
      if (answer === 'service-id') await showToCopy(context, serviceId);
      if (answer === 'show-secret') io.say.value(appSecret?.reveal() ?? '');
      if (answer === 'app-secret') await copySecret(io, briefly);
      preset = nextOf[answer];
    }
  } finally {
    await briefly?.end();
  }
}

/** What somebody does next who fills in OttoKit's form from top to bottom. */
const nextOf: Record<Exclude<Answer, 'yes' | 'later' | 'back'>, Answer> = {
  open: 'app-key',
  'app-key': 'app-secret',
  'app-secret': 'service-id',
  'show-secret': 'service-id',
  'service-id': 'yes',
  no: 'service-id',
};

async function copySecret(
  { say }: WizardContext['io'],
  briefly: ReturnType<typeof copySecretBriefly> | undefined,
): Promise<void> {
  const copied = (await briefly?.copy()) ?? { copied: false };
  if (!copied.copied) say.warn('The App Secret couldn’t be copied. Choose “Show the App Secret”.');
  else if (copied.by === 'system') say.done('The App Secret is copied.');
  else say.line('The App Secret is copied, if your terminal can.');
}

/** OttoKit's guide names these two. */
async function sayCauses(context: WizardContext, { app }: Draft): Promise<void> {
  const { say } = context.io;
  say.line('The usual causes:');
  say.instruction(`- The App Key is in OttoKit’s Service ID field. The Service ID is ${app.serviceId ?? ''}.`);
  say.instruction('- The app’s Redirect URL isn’t exactly OttoKit’s. On the app’s page it must be:');
  await showToCopy(context, ottokitRedirectUrl);
  say.instruction('Then click “Save & Authorize” in OttoKit again.');
}
