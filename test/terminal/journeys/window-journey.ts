import { connectedJourney, freshJourney, type Journey } from '../../journeys/journey.ts';
import { keys } from '../pty.ts';
import { TerminalSession, type Window } from './terminal-session.ts';
import { launcher, terminalEnv } from './terminal-journey.ts';

type After = Parameters<typeof freshJourney>[0];
type Wanted = Parameters<typeof freshJourney>[1];

/** A journey in a terminal of one size, with the reference shop instead of the simulator. */
export interface WindowJourney extends Journey {
  readonly openTerminal: (args?: readonly string[], env?: Readonly<Record<string, string>>) => TerminalSession;
}

export async function journeyIn(
  after: After,
  window: Window,
  { isConnected = false, ...wanted }: Wanted & { isConnected?: boolean } = {},
): Promise<WindowJourney> {
  const journey = await (isConnected ? connectedJourney : freshJourney)(after, wanted);
  const { machine, shop } = journey;
  const env = terminalEnv(machine, shop.origin);
  return {
    ...journey,
    openTerminal: (args = [], more = {}) =>
      new TerminalSession([process.execPath, launcher, 'connect', ...args], { ...env, ...more }, after, window),
  };
}

/** A question and the keys to type. A function can look at the screen first; if it returns `null`, nothing is typed. */
export type Turn = readonly [
  asked: string | RegExp,
  typed: string | ((session: TerminalSession) => Promise<string | null>),
];

/** Answers questions as they appear. Pastes long answers. */
export async function answerAll(session: TerminalSession, turns: readonly Turn[]): Promise<void> {
  for (const [asked, typed] of turns) {
    await session.waitForQuestion(asked);
    const text = typeof typed === 'string' ? typed : await typed(session);
    if (text === null) continue;
    if (text.length > 12 && !text.includes('\u001b')) session.paste(text);
    else session.type(text);
    session.type(keys.enter);
  }
}
