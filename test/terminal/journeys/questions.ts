import { keys } from '../pty.ts';
import type { Seat } from './seat.ts';
import type { Setting } from './setting.ts';

/** A question of the wizard and what is typed for it. */
export interface Answered {
  readonly asked: string;
  readonly typed: (setting: Setting) => string;
}

const typed =
  (answer: (setting: Setting) => string) =>
  (setting: Setting): string =>
    `${answer(setting)}${keys.enter}`;
const enter = typed(() => '');

/** What is asked about the app, from the first question to the wait for the browser. */
export const aboutTheApp: readonly Answered[] = [
  { asked: 'Passphrase (Enter for none)', typed: enter },
  { asked: 'Where is the shop?', typed: typed(() => keys.down) },
  { asked: 'Is there a Partner Center account', typed: enter },
  { asked: 'Which Redirect URL does the app have', typed: typed(() => keys.down.repeat(2)) },
  { asked: 'Redirect URL, exactly as on the app', typed: typed(({ redirectUrl }) => redirectUrl) },
  { asked: 'Does the app exist, with exactly this Redirect URL?', typed: enter },
  { asked: 'Which of them are on?', typed: typed(() => 'a') },
  { asked: 'App Key', typed: typed(({ simulator }) => simulator.app.appKey) },
  { asked: 'App Secret', typed: typed(({ simulator }) => simulator.app.appSecret) },
  { asked: 'Service ID', typed: typed(({ simulator }) => simulator.app.serviceId) },
];

/** What is asked once TikTok Shop has answered. */
export const afterwards: readonly Answered[] = [
  { asked: 'Is the app’s Redirect URL OttoKit’s again?', typed: typed(() => 'y') },
  { asked: 'Open OttoKit now?', typed: typed(() => 'n') },
  { asked: 'Entered? (No copies it again)', typed: enter },
  { asked: 'How would you like the App Secret?', typed: typed(() => keys.down.repeat(2)) },
  { asked: 'Entered? (No copies it again)', typed: enter },
  { asked: 'Did OttoKit say connected?', typed: enter },
];

/** Answers one question after the other, each as soon as it is asked. */
export async function answers(seat: Seat, setting: Setting, questions: readonly Answered[]): Promise<void> {
  for (const { asked, typed: keysOf } of questions) {
    await seat.isAsked(asked);
    seat.type(keysOf(setting));
  }
}

const placeOf = (asked: string): number => {
  const place = aboutTheApp.findIndex((question) => question.asked === asked);
  if (place === -1) throw new Error(`no such question: ${asked}`);
  return place;
};

/** What is asked about the app before a question. */
export const questionsTo = (asked: string): readonly Answered[] => aboutTheApp.slice(0, placeOf(asked));

/** The question, and what is asked about the app after it. */
export const questionsFrom = (asked: string): readonly Answered[] => aboutTheApp.slice(placeOf(asked));

const ways = ['copy', 'print', 'skip'] as const;

/** Chooses how the App Secret is handed over. */
export async function enterSecretAnd(seat: Seat, way: (typeof ways)[number]): Promise<void> {
  await seat.isAsked('How would you like the App Secret?');
  seat.type(keys.down.repeat(ways.indexOf(way)) + keys.enter);
}
