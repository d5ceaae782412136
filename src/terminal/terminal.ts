import type { Env } from '../ground/env.ts';
import type { Ask, Clock, Say } from '../ground/io.ts';
import { once } from '../ground/once.ts';
import { glyphsFor } from './glyphs.ts';
import { makePaint } from './paint.ts';
import type { OwnProcess } from './job-control.ts';
import type { QuestionSettings } from './questioning.ts';
import { makeSay } from './say.ts';
import { Screen } from './screen.ts';
import { isAccessible, isDumb, type TerminalInput, type TerminalOutput } from '../ground/streams.ts';

export interface TerminalSettings {
  readonly stdin: TerminalInput;
  readonly stderr: TerminalOutput;
  readonly env: Env;
  readonly platform: NodeJS.Platform;
  /** `false` with `--no-color`. */
  readonly color?: boolean | undefined;
  readonly clock: Clock;
  readonly own: OwnProcess;
  /** Cancels every question with its reason. */
  readonly signal: AbortSignal;
}

/** The person's terminal; `ask` is `null` unless both stdin and stderr are a terminal. */
export function makeTerminal(settings: TerminalSettings): { ask: Ask | null; say: Say } {
  const { stdin, stderr, env, platform, color, clock, signal, own } = settings;
  const glyphs = glyphsFor({ env, platform });
  const paint = makePaint({ env, stream: stderr, color });
  const screen = new Screen({ stream: stderr, env, ellipsis: glyphs.ellipsis });
  const host = { stdin, screen, signal, marksPastes: !isDumb(env), own };
  const canAsk = stdin.isTTY === true && stderr.isTTY === true;
  return {
    ask: canAsk ? makeAsk({ host, paint, glyphs, clock }, isAccessible(env) || isDumb(env)) : null,
    say: makeSay({ screen, paint, glyphs, clock }),
  };
}

/** Questions, loaded with the first of them: drawn, or `plain` lines to type on. */
function makeAsk(settings: QuestionSettings, plain: boolean): Ask {
  const ask = once(async (): Promise<Ask> => {
    if (plain) return (await import('./plain-questions.ts')).makePlainQuestions(settings);
    return (await import('./prompts.ts')).makePrompts(settings);
  });
  return {
    select: async (q) => await (await ask()).select(q),
    confirm: async (q) => await (await ask()).confirm(q),
    text: async (q) => await (await ask()).text(q),
    password: async (q) => await (await ask()).password(q),
    checklist: async (q) => await (await ask()).checklist(q),
    pressKey: async (q) => await (await ask()).pressKey(q),
  };
}
