import type { Say } from '../ground/io.ts';
import { sanitizeForTerminal } from '../ground/sanitize.ts';
import { readable } from './style.ts';
import type { Terminal } from './terminal-mode.ts';
import { displayWidth, wrap } from './width.ts';

/** The spaces and list marker at the beginning of a message. Its other lines are indented by the same width. */
const listMark = /^ *(?:(?:\d+\.|[-•]) +)?/u;

/** Shows messages, wrapped to the terminal's width. In a log, each message is one line. */
export function makeSay(terminal: Pick<Terminal, 'screen' | 'paint' | 'glyphs' | 'clock'>): Say {
  const { screen, paint, glyphs } = terminal;
  const shown = (text: string): string => readable(text, glyphs);
  const print = (lead: string, text: string, look = (line: string): string => line): void => {
    const hang = displayWidth(lead);
    const lines = wrap(text, screen.width - hang);
    screen.print(lines.map((line, index) => (index === 0 ? lead : ' '.repeat(hang)) + look(line)).join('\n'));
  };
  const printText = (indent: string, text: string, look?: (line: string) => string): void => {
    const lead = listMark.exec(shown(text))?.[0] ?? '';
    print(indent + lead, shown(text).slice(lead.length), look);
  };
  const printMarked = (mark: string) => (text: string) => print(`${mark} `, shown(text));
  return {
    heading: (text, progress) => {
      const lead = progress && `Step ${String(progress.step)} of ${String(progress.of)} · `;
      screen.print('');
      print(lead === undefined ? '' : paint.dim(shown(lead)), shown(text), paint.bold);
    },
    line: (text = '') => printText('', text),
    instruction: (text) => printText('  ', text),
    hint: (text) => printText('  ', text, paint.dim),
    value: (text) => screen.print(sanitizeForTerminal(text)),
    copy: (text, note) => {
      const value = sanitizeForTerminal(text);
      const beside = note === undefined ? '' : `  ${paint.dim(shown(note))}`;
      // A value that wraps isn't indented, so that selecting it doesn't include spaces.
      const fits = displayWidth(`  ${value}${beside}`) <= screen.columns;
      screen.print(fits ? `  ${paint.cyan(value)}${beside}` : paint.cyan(value));
      if (!fits && note !== undefined) screen.print(beside);
    },
    done: printMarked(paint.green(glyphs.pass)),
    warn: printMarked(paint.yellow(glyphs.warn)),
    fail: printMarked(paint.red(glyphs.fail)),
    wait: (text) => showStatus(terminal, () => glyphs.wait + shown(text())),
  };
}

/** Shows a wait message and updates it every second. Prints it only once if the terminal can't redraw. */
export function showStatus(
  { screen, glyphs, clock }: Pick<Terminal, 'screen' | 'glyphs' | 'clock'>,
  text: () => string,
): { stop(): void } {
  const lines = (): readonly string[] => Array.from(text().split('\n'), (line) => readable(line, glyphs));
  if (!screen.redraws) {
    const wrapped = lines().flatMap((line) => wrap(line, screen.width));
    screen.print(wrapped.join('\n'));
    return { stop: () => undefined };
  }
  const stopped = new AbortController();
  const tick = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      screen.setStatus(stopped, lines().join('\n'));
      await clock.sleep(1000, stopped.signal);
    }
  };
  void tick();
  return {
    stop: () => {
      stopped.abort();
      screen.setStatus(stopped, null);
    },
  };
}
