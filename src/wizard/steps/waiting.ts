import type { Ask, Choice } from '../../ground/io.ts';
import { readPastedRedirect, readRedirect } from '../../tiktok/authorization.ts';
import { goBack } from '../choices.ts';
import type { WizardContext } from '../wizard-context.ts';
import type { AuthorizationRequest, Redirect } from './authorization-request.ts';
import type { Cure } from './cures.ts';

/** What the person chose to do instead of waiting. */
export type Wish = Exclude<Cure, 'back' | 'verify'>;

/** Milliseconds after which help is offered. */
const helpAfterMs = 30_000;

interface PastedAnswer {
  readonly redirect: Redirect;
  readonly redirectUrl: string;
}

/** Takes the pasted address, or Enter for help, until the wait is over. */
export async function askWhileWaiting(
  { io, isDemo }: WizardContext,
  request: AuthorizationRequest,
  left: () => number,
  signal: AbortSignal,
): Promise<PastedAnswer | { wish: Wish }> {
  const { ask } = io;
  if (ask === null) return await new Promise<never>(() => undefined);
  void io.clock.sleep(helpAfterMs, signal).then(() => {
    if (!signal.aborted)
      io.say.hint('Does TikTok Shop show a message instead of asking you to approve? Press Enter for help.');
  });
  const isAlone = request.plan.way === 'paste';
  for (;;) {
    const pasted = await ask.text({
      id: 'redirected-address',
      message: isAlone ? 'Paste the address, or press Enter for help' : 'Press Enter for help, or paste the address',
      status: () => waitingText(left(), isDemo, isAlone ? 'the address' : undefined),
      check: (text) => {
        const answer = readPasted(text, request);
        return typeof answer === 'string' ? `This can’t be used: ${answer}` : true;
      },
      emptyAnswer: true,
      echo: () => 'received',
      signal,
    });
    const answer = readPasted(pasted, request);
    if (pasted !== '' && typeof answer !== 'string') return answer;
    const wish = await askForHelp(ask, signal);
    if (wish !== 'wait') return { wish };
  }
}

/** The time left of a wait, in words that fit on one line. */
export function waitingText(left: number, isDemo = false, what = 'TikTok Shop'): string {
  const seconds = Math.max(0, Math.round(left / 1000));
  const clock = `${String(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, '0')}`;
  return `Waiting for ${what}, ${clock} left (Ctrl-C leaves${isDemo ? '' : ', everything is kept'})`;
}

/**
 * The answer in a pasted address, or why there is none. With this login's state it counts at any Redirect URL: then the
 * app has another one than expected.
 */
function readPasted(pasted: string, { redirectUrl, state }: AuthorizationRequest): PastedAnswer | string {
  const expected = readPastedRedirect(pasted, redirectUrl, state);
  if (expected.outcome !== 'refused') return { redirect: expected, redirectUrl };
  const text = pasted.replace(/\s+/gu, '');
  if (expected.reason !== 'other-address' || !URL.canParse(text)) return expected.why;
  const { origin, pathname, searchParams } = new URL(text);
  const elsewhere = readRedirect(searchParams, state);
  return elsewhere.outcome === 'refused' ? expected.why : { redirect: elsewhere, redirectUrl: origin + pathname };
}

/** TikTok Shop's refusals that show in the browser alone, and everything else that can be done about a wait. */
const helpChoices: readonly Choice<Wish | 'wait'>[] = [
  { value: 'service-id', name: '“This service does not exist”', hint: 'Checks the Service ID.' },
  {
    value: 'publish',
    name: '“Not available in your shop’s region”',
    hint: 'The app is a draft, or its target market is missing.',
  },
  {
    value: 'owner',
    name: '“Authorization failed”, or “No permission”',
    hint: 'The wrong account, or the seller’s onboarding.',
  },
  { value: 'region', name: 'The app was made in the other region’s Partner Center' },
  { value: 'open', name: 'Open the page again' },
  { value: 'own browser', name: 'Use my own browser and paste the address', hint: 'The address also reaches OttoKit.' },
  { value: 'change', name: 'Change a value' },
  { value: 'later', name: 'Leave; everything is kept' },
  { value: 'wait', name: goBack.name, hint: 'Keep waiting.' },
];

const askForHelp = (ask: Ask, signal: AbortSignal): Promise<Wish | 'wait'> =>
  ask.select({ id: 'help', message: 'What does TikTok Shop show?', choices: helpChoices, signal });
