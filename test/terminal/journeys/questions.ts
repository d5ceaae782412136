import { keys } from '../pty.ts';
import type { TerminalSession } from './terminal-session.ts';
import type { TerminalJourney } from './terminal-journey.ts';

/** A question of the wizard, and the keys that answer it. */
export interface WizardQuestion {
  readonly asked: string;
  readonly typed: (journey: TerminalJourney) => string;
}

const typed =
  (answer: (journey: TerminalJourney) => string) =>
  (journey: TerminalJourney): string =>
    `${answer(journey)}${keys.enter}`;
const enter = typed(() => '');

const down = (times: number): ((journey: TerminalJourney) => string) => typed(() => keys.down.repeat(times));

/** The questions of a first setup, up to the wait for the browser. */
export const setupQuestions: readonly WizardQuestion[] = [
  { asked: 'Passphrase (Enter for none)', typed: enter },
  { asked: 'Where is your shop?', typed: typed(() => 'united k') },
  { asked: 'Do you have a Partner Center account', typed: enter },
  { asked: 'Is the app ready, with exactly this Redirect URL?', typed: down(3) },
  { asked: 'Which Redirect URL?', typed: down(2) },
  { asked: 'Redirect URL, exactly as on the app’s page', typed: typed(({ redirectUrl }) => redirectUrl) },
  { asked: 'Is the app ready, with exactly this Redirect URL?', typed: enter },
  { asked: 'Are all seven on, and is the app published?', typed: enter },
  { asked: 'App Key', typed: typed(({ simulator }) => simulator.app.appKey) },
  { asked: 'App Secret', typed: typed(({ simulator }) => simulator.app.appSecret) },
  { asked: 'Service ID', typed: typed(({ simulator }) => simulator.app.serviceId) },
  { asked: 'Sign in as the shop’s owner and approve:', typed: enter },
];

/** The questions after the seller has approved the app. */
export const finishQuestions: readonly WizardQuestion[] = [
  { asked: 'Have you changed it?', typed: enter },
  { asked: 'OttoKit says it’s connected', typed: down(5) },
];

/** Answers each question as soon as it is asked. */
export async function answerAll(
  session: TerminalSession,
  journey: TerminalJourney,
  questions: readonly WizardQuestion[],
): Promise<void> {
  for (const { asked, typed: keysOf } of questions) {
    await session.waitForQuestion(asked);
    session.type(keysOf(journey));
  }
}

const positionOf = (asked: string): number => {
  const position = setupQuestions.findIndex((question) => question.asked === asked);
  if (position === -1) throw new Error(`no such question: ${asked}`);
  return position;
};

/** The setup questions before this one. */
export const questionsBefore = (asked: string): readonly WizardQuestion[] => setupQuestions.slice(0, positionOf(asked));

/** This question and the setup questions after it. */
export const questionsFrom = (asked: string): readonly WizardQuestion[] => setupQuestions.slice(positionOf(asked));

const menuEntries = ['open', 'app-key', 'app-secret', 'show-secret', 'service-id', 'yes'] as const;

/** Chooses an entry in the menu of OttoKit's steps while the first entry is highlighted. */
export async function finishWith(session: TerminalSession, choice: (typeof menuEntries)[number]): Promise<void> {
  await session.waitForQuestion('OttoKit says it’s connected');
  session.type(keys.down.repeat(menuEntries.indexOf(choice)) + keys.enter);
}
