import { keys } from '../pty.ts';
import type { TerminalSession } from './terminal-session.ts';
import type { TerminalJourney } from './terminal-journey.ts';

/** A question of the wizard and the keys typed for it. */
export interface Answered {
  readonly asked: string;
  readonly typed: (journey: TerminalJourney) => string;
}

const typed =
  (answer: (journey: TerminalJourney) => string) =>
  (journey: TerminalJourney): string =>
    `${answer(journey)}${keys.enter}`;
const enter = typed(() => '');

const down = (times: number): ((journey: TerminalJourney) => string) => typed(() => keys.down.repeat(times));

/** The questions about the app, from the first to the wait for the browser. */
export const aboutTheApp: readonly Answered[] = [
  { asked: 'Passphrase (Enter for none)', typed: enter },
  { asked: 'Where is your shop?', typed: typed(() => 'united k') },
  { asked: 'Do you have a Partner Center account', typed: enter },
  { asked: 'Is the app ready, with exactly this Redirect URL?', typed: down(3) },
  { asked: 'Which Redirect URL?', typed: down(2) },
  { asked: 'Redirect URL, exactly as on the app', typed: typed(({ redirectUrl }) => redirectUrl) },
  { asked: 'Is the app ready, with exactly this Redirect URL?', typed: enter },
  { asked: 'Are all seven on, and is the app published?', typed: enter },
  { asked: 'App Key', typed: typed(({ simulator }) => simulator.app.appKey) },
  { asked: 'App Secret', typed: typed(({ simulator }) => simulator.app.appSecret) },
  { asked: 'Service ID', typed: typed(({ simulator }) => simulator.app.serviceId) },
  { asked: 'Sign in as the shop’s owner and approve:', typed: enter },
];

/** The questions after TikTok Shop's answer. */
export const afterwards: readonly Answered[] = [
  { asked: 'Is it OttoKit’s again?', typed: enter },
  { asked: 'OttoKit says connected', typed: down(5) },
];

/** Answers one question after the other as soon as each is asked. */
export async function answers(
  session: TerminalSession,
  journey: TerminalJourney,
  questions: readonly Answered[],
): Promise<void> {
  for (const { asked, typed: keysOf } of questions) {
    await session.isAsked(asked);
    session.type(keysOf(journey));
  }
}

const placeOf = (asked: string): number => {
  const place = aboutTheApp.findIndex((question) => question.asked === asked);
  if (place === -1) throw new Error(`no such question: ${asked}`);
  return place;
};

/** The questions about the app before this one. */
export const questionsTo = (asked: string): readonly Answered[] => aboutTheApp.slice(0, placeOf(asked));

/** This question, and those about the app after it. */
export const questionsFrom = (asked: string): readonly Answered[] => aboutTheApp.slice(placeOf(asked));

const finishing = ['open', 'app-key', 'app-secret', 'show-secret', 'service-id', 'yes'] as const;

/** Chooses this in the menu of OttoKit's steps, which begins at its first entry. */
export async function finishWith(session: TerminalSession, choice: (typeof finishing)[number]): Promise<void> {
  await session.isAsked('OttoKit says connected');
  session.type(keys.down.repeat(finishing.indexOf(choice)) + keys.enter);
}
