import { isPlain } from '../ground/env.ts';
import type { Ask, Say } from '../ground/io.ts';
import { once } from '../ground/once.ts';
import { glyphsFor, makePaint } from './style.ts';
import { makeSay } from './say.ts';
import { makeScreen } from './screen.ts';
import { restoreTerminal, type Terminal } from './terminal-mode.ts';

/** `color` is `false` with `--no-color`. */
type TerminalSettings = Pick<Terminal, 'ownProcess' | 'env' | 'clock' | 'signal'> & { color?: boolean | undefined };

/** `ask` is `null` unless both stdin and stderr are terminals. Restores the terminal when the process ends. */
export function makeTerminal(settings: TerminalSettings): { ask: Ask | null; say: Say } {
  const { ownProcess, env, color } = settings;
  const { stdin, stderr, platform } = ownProcess;
  // This also runs after a second Ctrl-C.
  ownProcess.on('exit', () => restoreTerminal({ ownProcess, env }));
  const glyphs = glyphsFor({ env, platform });
  const paint = makePaint({ env, stream: stderr, color });
  const screen = makeScreen(stderr, env);
  const canAsk = stdin.isTTY === true && stderr.isTTY === true;
  const terminal = { ...settings, screen, paint, glyphs };
  return { ask: canAsk ? makeAsk(terminal) : null, say: makeSay(terminal) };
}

/** Imports the code for questions when the first one is asked. */
function makeAsk(terminal: Terminal): Ask {
  const { env } = terminal;
  const ask = once(async (): Promise<Ask> => {
    if (isPlain(env)) return (await import('./plain-questions.ts')).makePlainQuestions(terminal);
    return (await import('./prompts.ts')).makePrompts(terminal);
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
