import { appOf } from '../../connection/app.ts';
import { withWaitMessage } from '../../ground/wait-message.ts';
import { probeApp } from '../../tiktok/tokens.ts';
import { isDone, withDone, type Draft } from '../draft.ts';
import { goBack, menu } from '../menu.ts';
import { showFailure } from '../show.ts';
import { isUnattended, type StepResult, type WizardContext } from '../wizard-context.ts';
import { askForValue } from './ask-value.ts';
import { fields } from './fields.ts';

/** Failures that would make the authorization fail too. */
const hopeless: ReadonlySet<string> = new Set([
  'interrupted',
  'network-failed',
  'answer-unreadable',
  'rate-limited',
  'vendor-error',
]);

/**
 * The live check of the App Key: a junk code is exchanged, and TikTok Shop's complaint about the code shows that it
 * knows the key. Whether it checked the secret first is not known, so no more than that is said. A refusal is only a
 * warning, because it is known from a single report. Marks the step as done.
 * @throws Failure when the authorization would fail for the same reason
 */
export async function confirmApp(context: WizardContext, draft: Draft): Promise<StepResult> {
  const { io } = context;
  const known = appOf(draft);
  if (!known.ok) throw known.failure;
  const answer = await withWaitMessage(io, 'Asking TikTok Shop whether it knows the App Key', () =>
    probeApp(io, context.hosts(known.region), known.app),
  );
  if (answer.ok) {
    const next = isDone(draft, 'authorize') ? 'with the next call' : 'when you authorize';
    io.say.done(`TikTok Shop recognizes the App Key. The App Secret is tested ${next}.`);
  } else {
    if (hopeless.has(answer.failure.code)) throw answer.failure;
    showFailure(context, answer.failure, 'The App Key couldn’t be confirmed. ');
    if (answer.failure.code === 'app-key-invalid' && !isUnattended(context)) {
      const choice = await askAboutAppKey(context);
      if (choice === 'back') return { draft, go: 'back' };
      if (choice !== 'on') return await confirmApp(context, await askForValue(context, draft, fields['app-key']));
    }
  }
  return { draft: await context.keep(withDone(draft, 'credentials', io.clock.now())), go: 'on' };
}

const askAboutAppKey = (context: WizardContext): Promise<'enter the App Key again' | 'on' | 'back'> =>
  menu(context, 'app-key-again', 'What now?', [
    { value: 'enter the App Key again', name: 'Enter the App Key again', recommended: true },
    { value: 'on', name: 'Use this App Key anyway', hint: 'Authorizing is likely to fail.' },
    goBack,
  ]);
