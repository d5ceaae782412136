import { sanitizeForTerminal } from '../ground/sanitize.ts';
import type { Glyphs, Paint } from './paint.ts';
import { typeset } from './typography.ts';
import { displayWidth, wrap } from './width.ts';

/** Text for a question, broken at spaces: @inquirer/core alone breaks within words. */
export function inColumns(text: string, columns: number): string {
  return wrap(text, columns).join('\n');
}

export type PromptTheme = ReturnType<typeof promptTheme>;

/**
 * Makes @inquirer/prompts use this program's colors and glyphs. `columns` returns the screen's current width.
 */
export function promptTheme({ paint, glyphs, columns }: { paint: Paint; glyphs: Glyphs; columns: () => number }) {
  const paintedKeys = (keys: readonly [string, string][]): string =>
    paint.dim(keys.map(([key, action]) => `${typeset(key, glyphs)} ${action}`).join(', '));
  return {
    prefix: { idle: paint.cyan(glyphs.question), done: paint.green(glyphs.pass) },
    spinner: { frames: [paint.cyan(glyphs.question)] },
    icon: {
      cursor: glyphs.pointer,
      checked: ` ${paint.green(glyphs.ticked)}`,
      unchecked: ` ${glyphs.unticked}`,
    },
    validationFailureMode: 'clear' as const,
    style: {
      answer: paint.cyan,
      message: paint.bold,
      error: (text: string) => {
        const room = columns() - displayWidth(glyphs.fail) - 2;
        return `${paint.red(glyphs.fail)} ${inColumns(typeset(sanitizeForTerminal(text), glyphs), room)}`;
      },
      defaultAnswer: (text: string) => paint.dim(`(${text})`),
      help: paint.dim,
      highlight: paint.cyan,
      searchTerm: (text: string) => sanitizeForTerminal(text),
      key: paint.bold,
      disabled: paint.dim,
      description: paint.dim,
      keysHelpTip: paintedKeys,
      confirmDefault: (text: string) => text.toUpperCase(),
      renderSelectedChoices: (ticked: readonly unknown[], all: readonly unknown[]) =>
        `${String(ticked.length)} of ${String(all.length)} ticked`,
    },
  };
}
