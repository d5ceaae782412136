import { stripVTControlCharacters } from 'node:util';
import type { Choice } from '../ground/io.ts';
import { sanitizeForTerminal } from '../ground/sanitize.ts';
import type { DrawnQuestion, Drawing } from './drawing.ts';
import { readable, typeset, type Glyphs } from './glyphs.ts';
import type { Paint } from './paint.ts';
import type { ListView } from './list-prompt.ts';
import { labelOf } from './typed-answers.ts';
import { emptyLine, type Line } from './typed-prompt.ts';
import { displayWidth, fill, wrap } from './width.ts';

/** The appearance of a question, with this program's colors and glyphs. It uses the available columns. */
export function questionLook({ paint, glyphs }: { readonly paint: Paint; readonly glyphs: Glyphs }) {
  const wrapped = (text: string, columns: number): string => wrap(text, columns - 1).join('\n');
  const refusal = (text: string): string => `${paint.red(glyphs.fail)} ${readable(text, glyphs)}`;
  const asked = (message: string): string => `${paint.cyan(glyphs.question)} ${paint.bold(readable(message, glyphs))}`;
  const more = (count: number, where: string): readonly string[] =>
    count > 0 ? [paint.dim(`  (${String(count)} more ${where})`)] : [];

  return {
    refused: (text: string, columns: number): string => wrapped(refusal(text), columns),

    answered: (message: string, answer: string, columns: number): string => {
      const text = `${paint.bold(readable(message, glyphs))} ${paint.cyan(sanitizeForTerminal(answer))}`;
      return wrap(`${paint.green(glyphs.pass)} ${text}`, columns).join('\n');
    },

    /** `hint` is shown while nothing is typed, `fault` below the line. */
    typed: (message: string, { line, hint, fault }: { line: Line; hint: string; fault: string }): DrawnQuestion => {
      const lead = asked(message) + (hint !== '' && line.text === '' ? paint.dim(` (${readable(hint, glyphs)})`) : '');
      return (columns) => {
        const below = fault === '' ? [] : [wrapped(refusal(fault), columns)];
        return arranged(wrapped(lead, columns - 1), line, below, columns);
      };
    },

    list: <T>(message: string, { page, above, below, pointed, ticked, line }: ListView<T>): DrawnQuestion => {
      const box = ({ value }: Choice<T>): string => {
        if (ticked === null) return '';
        return ticked.includes(value) ? `${paint.green(glyphs.ticked)} ` : `${glyphs.unticked} `;
      };
      const row = (choice: Choice<T>, columns: number): string => {
        const text = wrap(box(choice) + readable(labelOf(choice), glyphs), columns - 5).join('\n    ');
        return choice === pointed ? paint.cyan(`${glyphs.pointer} ${text}`) : `  ${text}`;
      };
      const nothing = page.length === 0 ? [refusal('Nothing in the list matches. Delete what you typed.')] : [];
      const hints = pointed?.hint === undefined ? [] : [paint.dim(readable(pointed.hint, glyphs))];
      const ends = ticked === null ? '⏎ select' : 'space select, a all, i invert, ⏎ submit';
      const tip = paint.dim(typeset(`${line === null ? '' : 'type to search, '}↑↓ navigate, ${ends}`, glyphs));
      return (columns) => {
        const rows = [
          ...more(above, 'above'),
          ...page.map((choice) => row(choice, columns)),
          ...more(below, 'below'),
          ...[...nothing, '', ...hints, tip].map((text) => wrapped(text, columns)),
        ];
        const drawing = arranged(wrapped(asked(message), columns - 1), line ?? emptyLine, rows, columns);
        const selected = drawing.rows.findIndex((text) => stripVTControlCharacters(text).startsWith(glyphs.pointer));
        return { ...drawing, selected, ...(line === null ? { cursor: null } : {}) };
      };
    },

    keyHint:
      (message: string): DrawnQuestion =>
      (columns) =>
        arranged(wrapped(paint.dim(readable(message, glyphs)), columns), emptyLine, [], columns),
  };
}

/** The rows of a question whose typed line begins after `lead` and is wrapped anywhere, as in a terminal. */
function arranged(lead: string, line: Line, below: readonly string[], columns: number): Drawing {
  const above = `${lead} `.split('\n');
  const last = above.pop() ?? '';
  const from = displayWidth(last);
  const before = fill(sanitizeForTerminal(line.text.slice(0, line.cursor)), columns, from);
  const typed = fill(sanitizeForTerminal(line.text), columns, from);
  const column = displayWidth(before.at(-1) ?? '') + (before.length === 1 ? from : 0);
  const isFull = column >= columns;
  const row = above.length + before.length - (isFull ? 0 : 1);
  if (isFull && typed.length === before.length) typed.push('');
  const rows = [...above, last + (typed[0] ?? ''), ...typed.slice(1), ...below.flatMap((text) => text.split('\n'))];
  return { rows, cursor: [row, isFull ? 0 : column] };
}
