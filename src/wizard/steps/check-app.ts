import { appOf } from '../../connection/app.ts';
import { withWaitMessage } from '../../ground/wait-message.ts';
import { probeApp } from '../../tiktok/tokens.ts';
import { goBack } from '../choices.ts';
import { isDone, type Draft } from '../draft.ts';
import { personAt, type WizardContext } from '../wizard-context.ts';

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
 * knows the key. Whether it checked the secret first is not known, so no more than that is said. A refusal known from a
 * single report is a warning.
 * @throws Failure when the authorization would fail for the same reason
 */
export async function checkApp(
  context: WizardContext,
  draft: Draft,
): Promise<'on' | 'enter the App Key again' | 'back'> {
  const { io } = context;
  const known = appOf(draft);
  if (!known.ok) throw known.failure;
  const answer = await withWaitMessage(io, 'Asking TikTok Shop whether it knows the App Key', () =>
    probeApp(io, context.hosts(known.region), known.app),
  );
  if (answer.ok) {
    const next = isDone(draft, 'authorize') ? 'with the next call' : 'when you authorize';
    io.say.done(`TikTok Shop recognizes the App Key. The App Secret is tested ${next}.`);
    return 'on';
  }
  const { failure } = answer;
  if (hopeless.has(failure.code)) throw failure;
  io.say.warn(`The App Key couldn’t be confirmed. ${failure.message}`);
  if (failure.requestId !== undefined) io.say.line(`Request id: ${failure.requestId}`);
  const ask = personAt(context);
  if (failure.code !== 'app-key-invalid' || ask === null) return 'on';
  return await ask.select({
    id: 'app-key-again',
    message: 'What now?',
    choices: [
      { value: 'enter the App Key again', name: 'Enter the App Key again', recommended: true },
      { value: 'on', name: 'Use this App Key anyway', hint: 'Authorizing is likely to fail.' },
      goBack,
    ],
    signal: io.signal,
  });
}
