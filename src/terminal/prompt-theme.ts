import { printable } from '../printable.ts';
import type { Glyphs, Paint } from './paint.ts';

/** How @inquirer/prompts sets its questions: by this program's colours and glyphs in place of its own. */
export function promptTheme({ paint, glyphs }: { paint: Paint; glyphs: Glyphs }) {
  const asciiKeys: Readonly<Record<string, string>> = { '↑↓': 'up/down', '⏎': 'enter' };
  const keyName = (key: string): string => (glyphs.mask === '*' ? (asciiKeys[key] ?? key) : key);
  const paintedKeys = (keys: readonly [string, string][]): string =>
    paint.dim(keys.map(([key, action]) => `${keyName(key)} ${action}`).join(', '));
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
      error: (text: string) => `${paint.red(glyphs.fail)} ${printable(text)}`,
      defaultAnswer: (text: string) => paint.dim(`(${text})`),
      help: paint.dim,
      highlight: paint.cyan,
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
