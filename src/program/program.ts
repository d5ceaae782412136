import type { ProgramOptions } from '../cli/prepare.ts';
import type { Program } from '../commands/program.ts';
import { glyphsFor, makePaint, typeset } from '../terminal/style.ts';
import { wrapRow } from '../terminal/width.ts';
import { makeIo, type Stdout, type Surroundings } from './io.ts';

export function makeProgram(options: ProgramOptions, surroundings: Surroundings): Program {
  const { env, color, addFlags, moveTo } = options;
  const { version, ownProcess, stdout, write } = surroundings;
  const glyphs = glyphsFor({ env, platform: ownProcess.platform });
  const set = (text: string): string => wrapped(typeset(addFlags(text), glyphs), stdout());
  return {
    io: makeIo(options, surroundings),
    version,
    addFlags,
    moveTo,
    style: { paint: makePaint({ env, stream: stdout(), color }), glyphs },
    print: (text) => write(`${addFlags(text)}\n`),
    printText: (text) => write(`${set(text)}\n`),
    pages: (text) => screenfuls(set(text), stdout()),
  };
}

/** Returns the width of stdout; 80 if it isn't a terminal, or doesn't report its width. */
export const columnsOf = ({ columns = 0 }: Stdout): number => (columns > 0 ? columns : 80);

/** Wraps lines at spaces to fit a terminal. Lines for a file or a pipe stay as they are. */
function wrapped(text: string, stdout: Stdout): string {
  if (stdout.isTTY !== true) return text;
  const width = Math.min(100, columnsOf(stdout));
  const rows = text.split('\n').flatMap((line) => wrapRow(line, width));
  return rows.join('\n');
}

/** Splits wrapped text into pieces that fit on the screen above a question. Without a screen, there is one piece. */
export function screenfuls(text: string, { isTTY, rows = 0 }: Stdout): readonly string[] {
  const maxRows = rows - 2;
  if (isTTY !== true || maxRows < 1) return [text];
  const lines = text.split('\n');
  const starts = Array.from({ length: Math.ceil(lines.length / maxRows) }, (_, index) => index * maxRows);
  return starts.map((start) => lines.slice(start, start + maxRows).join('\n'));
}
