import type { Env } from '../ground/env.ts';
import type { Ask, Clock, Say } from '../ground/io.ts';
import { makeAsk } from './ask.ts';
import { glyphsFor, makePaint } from './paint.ts';
import { makeSay } from './say.ts';
import { Screen } from './screen.ts';
import type { OwnProcess } from './prompt-host.ts';
import type { TerminalInput, TerminalOutput } from '../ground/streams.ts';
import { isAccessible, isDumb } from './streams.ts';

export interface TerminalSettings {
  readonly stdin: TerminalInput;
  readonly stderr: TerminalOutput;
  readonly env: Env;
  readonly platform: NodeJS.Platform;
  /** `false` with `--no-color`. */
  readonly color?: boolean | undefined;
  readonly clock: Clock;
  readonly own: OwnProcess;
  /** Withdraws every question, with its reason. */
  readonly signal: AbortSignal;
}

/** The person's terminal; `ask` is `null` when nobody can be asked (stdin or stderr is not a terminal). */
export function makeTerminal(settings: TerminalSettings): { ask: Ask | null; say: Say } {
  const { stdin, stderr, env, platform, color, clock, signal, own } = settings;
  const glyphs = glyphsFor({ env, platform });
  const paint = makePaint({ env, stream: stderr, color });
  const screen = new Screen({ stream: stderr, env, ellipsis: glyphs.ellipsis });
  const host = { stdin, screen, signal, marksPastes: !isDumb(env), own };
  const plain = isAccessible(env) || isDumb(env);
  const canAsk = stdin.isTTY === true && stderr.isTTY === true;
  return {
    ask: canAsk ? makeAsk({ host, paint, glyphs, clock, plain }) : null,
    say: makeSay({ screen, paint, glyphs, clock }),
  };
}
