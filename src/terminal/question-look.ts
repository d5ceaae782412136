import { stripVTControlCharacters } from 'node:util';
import type { Choice } from '../ground/io.ts';
import { sanitizeForTerminal } from '../ground/sanitize.ts';
import { drawQuestion, emptyLine, type Drawing, type DrawnQuestion, type Line } from './drawing.ts';
import { readable, typeset, type Style } from './style.ts';
import { labelOf } from './typed-answers.ts';
import { wrap } from './width.ts';

/** Separates a question from the erase and move sequences around it in @inquirer/prompts' output. */
export const questionMark = '\u0000';

/** A longer list shows this many choices at a time and can be searched. */
export const pageSize = 10;

export type QuestionLook = ReturnType<typeof questionLook>;

export function questionLook({ paint, glyphs }: Style) {
  const refusal = (text: string): string => `${paint.red(glyphs.fail)} ${readable(text, glyphs)}`;
  const asked = (message: string): string => `${paint.cyan(glyphs.question)} ${paint.bold(readable(message, glyphs))}`;
  const tip = (keys: string): string => paint.dim(typeset(keys, glyphs));
  const more = (count: number, where: string): readonly string[] =>
    count > 0 ? [paint.dim(`  (${String(count)} more ${where})`)] : [];
  const label = (choice: Choice<unknown>): string => readable(labelOf(choice), glyphs);
  const hint = (choice: Choice<unknown>): string => readable(choice.hint ?? '', glyphs);
  const highlighted = (choice: Choice<unknown>): string => paint.cyan(`${glyphs.pointer} ${label(choice)}`);

  const isPointed = (row: string): boolean => stripVTControlCharacters(row).startsWith(glyphs.pointer);
  const inColumns = (rows: readonly string[], columns: number): readonly string[] =>
    rows.flatMap((row) => {
      if (!isPointed(row)) return wrap(row, columns - 1);
      // Wrap it without the pointer, so that all of its rows are indented like those of the other entries.
      const [first = '', ...rest] = wrap(`  ${row.replace(`${glyphs.pointer} `, '')}`, columns - 1);
      return [paint.cyan(glyphs.pointer) + first.slice(1), ...rest];
    });
  const list = ({ rows, cursor }: Drawing): Drawing => ({ rows, cursor, selected: rows.findIndex(isPointed) });

  return {
    refused: (text: string, columns: number): string => wrap(refusal(text), columns - 1).join('\n'),

    answered: (message: string, answer: string, columns: number): string => {
      const text = `${paint.bold(readable(message, glyphs))} ${paint.cyan(sanitizeForTerminal(answer))}`;
      return wrap(`${paint.green(glyphs.pass)} ${text}`, columns).join('\n');
    },

    /** Shows `hint` until the user types, and `fault` below the line. */
    typed: (message: string, { line, hint, fault }: { line: Line; hint: string; fault: string }): DrawnQuestion => {
      const lead = asked(message) + (hint !== '' && line.text === '' ? paint.dim(` (${readable(hint, glyphs)})`) : '');
      return (columns) => drawQuestion(lead, line, fault === '' ? [] : [refusal(fault)], columns);
    },

    keyHint:
      (message: string): DrawnQuestion =>
      (columns) =>
        drawQuestion(paint.dim(readable(message, glyphs)), emptyLine, [], columns),

    label,
    hint,

    searched: (message: string, line: Line, found: readonly Choice<unknown>[], active: number): DrawnQuestion => {
      const above = Math.max(0, Math.min(active - pageSize / 2, found.length - pageSize));
      const page = found.slice(above, above + pageSize);
      const pointed = found[active];
      const rows = [
        ...more(above, 'above'),
        ...page.map((choice) => (choice === pointed ? highlighted(choice) : `  ${label(choice)}`)),
        ...more(found.length - above - page.length, 'below'),
        ...(page.length === 0 ? [refusal('Nothing in the list matches. Delete what you typed.')] : []),
        '',
        ...(pointed?.hint === undefined ? [] : [paint.dim(hint(pointed))]),
        tip('type to search, ↑↓ navigate, ⏎ select'),
      ];
      return (columns) => list(drawQuestion(asked(message), line, inColumns(rows, columns), columns));
    },

    /** For @inquirer/prompts, whose questions end with help on the keys. */
    theme: {
      prefix: questionMark + paint.cyan(glyphs.question),
      spinner: { frames: [questionMark + paint.cyan(glyphs.question)], interval: 1_000 },
      icon: { cursor: glyphs.pointer, checked: ` ${paint.green(glyphs.ticked)}`, unchecked: ` ${glyphs.unticked}` },
      style: {
        message: (text: string) => paint.bold(readable(text, glyphs)),
        highlight: paint.cyan,
        description: paint.dim,
        keysHelpTip: (keys: readonly [string, string][]) =>
          tip(keys.map(([key, action]) => `${key} ${action}`).join(', ')) + questionMark,
      },
    },

    drawn:
      (question: string): DrawnQuestion =>
      (columns) =>
        list({ rows: inColumns(question.split('\n'), columns), cursor: null }),
  };
}
