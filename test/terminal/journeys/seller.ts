import { connectedJourney, freshJourney, type Journey } from '../../journeys/journey.ts';
import { keys } from '../pty.ts';
import { TerminalSession, type Window } from './terminal-session.ts';
import { launcher, terminalEnv } from './terminal-journey.ts';

type After = Parameters<typeof freshJourney>[0];
type Wanted = Parameters<typeof freshJourney>[1];

/** A person at a terminal of this size, with a TikTok Shop other than the simulator. */
export interface Seller extends Journey {
  readonly openTerminal: (args?: readonly string[], env?: Readonly<Record<string, string>>) => TerminalSession;
}

export async function sellerAt(
  after: After,
  window: Window,
  { isConnected = false, ...wanted }: Wanted & { isConnected?: boolean } = {},
): Promise<Seller> {
  const journey = await (isConnected ? connectedJourney : freshJourney)(after, wanted);
  const { machine, shop } = journey;
  const env = terminalEnv(machine, shop.origin);
  return {
    ...journey,
    openTerminal: (args = [], more = {}) =>
      new TerminalSession([process.execPath, launcher, 'connect', ...args], { ...env, ...more }, after, window),
  };
}

/** A question and the keys typed for it. A function sees the screen first, and types nothing if it returns `null`. */
export type Turn = readonly [
  asked: string | RegExp,
  typed: string | ((session: TerminalSession) => Promise<string | null>),
];

/** Answers questions as they appear. */
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
