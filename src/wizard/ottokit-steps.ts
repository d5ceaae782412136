import { ottokitDashboard } from '../connection/redirect-url.ts';
import type { Ask, Choice } from '../ground/io.ts';
import type { Secret } from '../ground/secret.ts';
import type { Draft } from './draft.ts';
import { copySecretBriefly, loanSeconds } from './copy-secret.ts';
import { readyToPaste } from './ready-to-paste.ts';
import type { WizardContext } from './wizard-context.ts';

const openTikTokShop = `1. In OttoKit (${ottokitDashboard}): Apps, search for “TikTok Shop”, click Connect.`;
const saveAndAuthorize = '5. Click “Save & Authorize”, sign in as the seller and approve.';

/** OttoKit's own five steps (OttoKit's guide, step 4) at once, for whoever asks nothing. */
export function tellOttokitSteps({ io }: WizardContext, { app }: Draft): void {
  io.say.line(openTikTokShop);
  io.say.line('2. App Key:');
  io.say.value(app.appKey ?? '');
  io.say.line('3. App Secret: the one that you entered here.');
  io.say.line('4. Service ID:');
  io.say.value(app.serviceId ?? '');
  io.say.line(saveAndAuthorize);
}

/** The same steps one at a time, each value ready to paste; the secret only on demand. */
export async function walkThroughOttokit(setting: WizardContext, ask: Ask, { app }: Draft): Promise<void> {
  const { io } = setting;
  io.say.line(openTikTokShop);
  await openDashboard(setting, ask);
  await enterValue(setting, ask, { id: 'app-key-entered', step: '2. App Key', value: app.appKey });
  io.say.line('3. App Secret: never shown unless you ask for it.');
  if (app.appSecret !== undefined) await enterSecret(setting, ask, app.appSecret);
  await enterValue(setting, ask, { id: 'service-id-entered', step: '4. Service ID', value: app.serviceId });
  io.say.line(saveAndAuthorize);
  io.say.line('TikTok Shop’s login page is expected there; it sends you back to OttoKit.');
}

async function openDashboard({ io, answers }: WizardContext, ask: Ask): Promise<void> {
  if (!answers.openBrowser) return;
  const open = await ask.confirm({
    id: 'open-ottokit',
    message: 'Open OttoKit now?',
    default: true,
    signal: io.signal,
  });
  if (!open) return;
  const opened = await io.openBrowser(ottokitDashboard);
  if (!opened.opened) io.say.warn(`No browser could be opened (${opened.why}). Open ${ottokitDashboard} yourself.`);
}

async function enterValue(
  { io }: WizardContext,
  ask: Ask,
  { id, step, value = '' }: { id: string; step: string; value: string | undefined },
): Promise<void> {
  do await readyToPaste(io, step, value);
  while (!(await ask.confirm({ id, message: 'Entered? (No copies it again)', default: true, signal: io.signal })));
}

type Way = 'copy' | 'print' | 'skip';

const ways: readonly Choice<Way>[] = [
  {
    value: 'copy',
    name: 'Copy it',
    hint: `Taken off the clipboard after ${String(loanSeconds)} seconds, or when you go on. A clipboard history may keep it.`,
  },
  { value: 'print', name: 'Print it here', hint: 'It stays in this terminal’s history.' },
  { value: 'skip', name: 'Neither, I have it' },
];

async function enterSecret({ io }: WizardContext, ask: Ask, secret: Secret): Promise<void> {
  const loan = copySecretBriefly(io, secret);
  let canCopy = io.clipboard !== null;
  try {
    for (;;) {
      const way = await ask.select<Way>({
        id: 'app-secret-way',
        message: 'How would you like the App Secret?',
        choices: ways.filter(({ value }) => canCopy || value !== 'copy'),
        default: canCopy ? 'copy' : 'skip',
        signal: io.signal,
      });
      if (way === 'skip') return;
      if (way === 'print') io.say.value(secret.reveal());
      else if (!(await copySecret(io, loan))) {
        canCopy = false;
        continue;
      }
      const message = 'Entered? (No asks again how you would like it)';
      if (await ask.confirm({ id: 'app-secret-entered', message, default: true, signal: io.signal })) return;
    }
  } finally {
    await loan.end();
  }
}

async function copySecret(
  { say }: Pick<WizardContext['io'], 'say'>,
  loan: ReturnType<typeof copySecretBriefly>,
): Promise<boolean> {
  const copied = await loan.copy();
  if (!copied.copied) say.warn('No clipboard took it.');
  else if (copied.by === 'system') say.done('The App Secret is copied, ready to paste.');
  else say.line('The App Secret is copied, if your terminal allows it.');
  return copied.copied;
}
