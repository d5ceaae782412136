import { readPastedRedirect } from '../../tiktok/pasted-address.ts';
import { menu } from '../screen.ts';
import { requireAsk, type WizardContext } from '../wizard-context.ts';
import type { Arrived, AuthorizationRequest } from './capture-plan.ts';
import { helpChoices, type Chosen } from './cures.ts';

const helpAfterMs = 30_000;

/** Accepts a pasted address, or Enter and then a choice from the help, until the wait is over. */
export async function askWhileWaiting(
  { io, isDemo }: WizardContext,
  request: AuthorizationRequest,
  left: () => number,
  signal: AbortSignal,
): Promise<Arrived | Chosen> {
  const { plan, redirectUrl, state } = request;
  // Nobody can press Enter in the demo.
  let hasSeenHelp = isDemo;
  void io.clock.sleep(helpAfterMs, signal).then(() => {
    if (!signal.aborted && !hasSeenHelp)
      io.say.hint('Does TikTok Shop show a message instead of asking you to approve? Press Enter for help.');
  });
  const isAlone = plan.way === 'paste';
  for (;;) {
    const pasted = await requireAsk(io).text({
      id: 'redirected-address',
      message: isAlone ? 'Paste the address, or press Enter for help' : 'Press Enter for help, or paste the address',
      status: () => waitingText(left(), isDemo, isAlone ? 'the address' : undefined),
      check: (text) => {
        const answer = readPastedRedirect(text, redirectUrl, state);
        return typeof answer === 'string' ? `This can’t be used: ${answer}` : true;
      },
      emptyAnswer: true,
      echo: () => 'received',
      signal,
    });
    const answer = readPastedRedirect(pasted, redirectUrl, state);
    if (typeof answer !== 'string') return answer;
    hasSeenHelp = true;
    const chosen = await menu({ io: { ...io, signal } }, 'help', 'What does TikTok Shop show?', helpChoices(request));
    if (chosen !== 'wait') return chosen;
  }
}

/** Returns one line with the remaining time. `left`: in milliseconds. */
export function waitingText(left: number, isDemo = false, what = 'TikTok Shop'): string {
  const seconds = Math.max(0, Math.round(left / 1000));
  const clock = `${String(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, '0')}`;
  return `Waiting for ${what}, ${clock} left (Ctrl-C quits${isDemo ? '' : ' and keeps everything'})`;
}
