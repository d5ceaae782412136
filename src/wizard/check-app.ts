import { probeApp } from '../tiktok/tokens.ts';
import { appOf } from '../connection/app.ts';
import { isDone, type Draft } from './draft.ts';
import type { WizardContext } from './wizard-context.ts';

/**
 * The live check of the App Key: a junk code is exchanged, and TikTok Shop's complaint about the code shows that it
 * knows the key. Whether it looked at the secret first is not known, so no more than that is said. Only what is sure to
 * make the authorization fail too stops here; what is known from a single report is a warning.
 */
export async function checkApp(setting: WizardContext, draft: Draft): Promise<'go on' | 'enter the App Key again'> {
  const { io } = setting;
  const known = appOf(draft);
  if (!known.ok) throw known.failure;
  const waiting = io.say.wait(() => 'Asking TikTok Shop whether it knows the App Key (Ctrl-C leaves)');
  const answer = await probeApp(io, setting.hosts(known.region), known.app).finally(() => {
    waiting.stop();
  });
  if (answer.ok) {
    const next = isDone(draft, 'authorize') ? 'by the next call' : 'when you authorize';
    io.say.done(`App Key recognised by TikTok Shop; the secret is confirmed ${next}.`);
    return 'go on';
  }
  const { failure } = answer;
  switch (failure.code) {
    case 'interrupted':
    case 'network-failed':
    case 'answer-unreadable':
    case 'rate-limited':
    case 'vendor-error':
      throw failure;
    default:
      io.say.warn(`The App Key could not be confirmed. ${failure.message}`);
      if (failure.requestId !== undefined) io.say.line(`Request id: ${failure.requestId}`);
      if (failure.code !== 'app-key-invalid' || io.ask === null || setting.answers.yes) return 'go on';
      return (await io.ask.confirm({
        id: 'app-key-again',
        message: 'Enter the App Key again?',
        default: true,
        signal: io.signal,
      }))
        ? 'enter the App Key again'
        : 'go on';
  }
}
