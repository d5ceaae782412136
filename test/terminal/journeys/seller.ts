import { connectedJourney, freshJourney, type Journey } from '../../journeys/journey.ts';
import { keys } from '../pty.ts';
import { Seat, type Window } from './seat.ts';
import { launcher, terminalEnv } from './setting.ts';

type After = Parameters<typeof freshJourney>[0];
type Wanted = Parameters<typeof freshJourney>[1];

/** A person at a terminal of this size, with a TikTok Shop other than the simulator. */
export interface Seller extends Journey {
  readonly openTerminal: (args?: readonly string[], env?: Readonly<Record<string, string>>) => Seat;
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
      new Seat([process.execPath, launcher, 'connect', ...args], { ...env, ...more }, after, window),
  };
}

/** A question and the keys typed for it. A function sees the screen first, and types nothing if it returns `null`. */
export type Turn = readonly [asked: string | RegExp, typed: string | ((seat: Seat) => Promise<string | null>)];

/** Answers questions as they appear. */
export async function answers(seat: Seat, turns: readonly Turn[]): Promise<void> {
  for (const [asked, typed] of turns) {
    await seat.isAsked(asked);
    const text = typeof typed === 'string' ? typed : await typed(seat);
    if (text === null) continue;
    if (text.length > 12 && !text.includes('\u001b')) seat.paste(text);
    else seat.type(text);
    seat.type(keys.enter);
  }
}
