import { useEffect, useState } from '@inquirer/core';
import { sanitizeForTerminal } from '../ground/sanitize.ts';
import type { Glyphs } from './glyphs.ts';
import type { Paint } from './paint.ts';
import { partMark } from './question-output.ts';
import type { Screen } from './screen.ts';
import { readable, typeset } from './typography.ts';
import { displayWidth, wrap } from './width.ts';

export type PromptTheme = ReturnType<typeof promptTheme>;

/**
 * Makes @inquirer/prompts use this program's colors, glyphs and screen. Everything is broken at spaces, because
 * @inquirer/core breaks within words.
 */
export function promptTheme({ screen, paint, glyphs }: { screen: Screen; paint: Paint; glyphs: Glyphs }) {
  const question = partMark + paint.cyan(glyphs.question);
  const wrapped = (text: string, reserved = 1): string => wrap(text, screen.columns - reserved).join('\n');
  /** The row of an answered question that the answer follows. */
  let answeredRow = '';
  return {
    prefix: { idle: question, done: partMark + paint.green(glyphs.pass) },
    spinner: { frames: [question] },
    icon: {
      cursor: glyphs.pointer,
      checked: ` ${paint.green(glyphs.ticked)}`,
      unchecked: ` ${glyphs.unticked}`,
    },
    validationFailureMode: 'clear' as const,
    style: {
      answer: (text: string) => {
        const behind = wrap(`${answeredRow} ${text}`, screen.columns).join('\n').slice(answeredRow.length);
        return paint.cyan(behind.replace(/^ /u, ''));
      },
      message: (text: string) => {
        useRedraw(screen);
        // Leaves room for the mark in front and the cursor behind.
        const lines = wrapped(text, displayWidth(glyphs.question) + 2);
        answeredRow = `${glyphs.pass} ${lines}`.split('\n').at(-1) ?? '';
        return paint.bold(lines);
      },
      hint: (text: string) => {
        useRedraw(screen);
        return partMark + paint.dim(wrapped(text));
      },
      error: (text: string) => partMark + refusal(text),
      defaultAnswer: (text: string) => paint.dim(`(${text})`),
      help: paint.dim,
      highlight: paint.cyan,
      searchTerm: sanitizeForTerminal,
      key: paint.bold,
      disabled: paint.dim,
      description: (text: string) => paint.dim(wrapped(text)),
      keysHelpTip: (keys: readonly [string, string][]) =>
        paint.dim(wrapped(keys.map(([key, action]) => `${typeset(key, glyphs)} ${action}`).join(', '))),
      confirmDefault: (text: string) => text.toUpperCase(),
      renderSelectedChoices: (ticked: readonly unknown[], all: readonly unknown[]) =>
        `${String(ticked.length)} of ${String(all.length)} ticked`,
    },
    refusal,
  };

  /** Why an answer is none. */
  function refusal(text: string): string {
    const lines = wrapped(readable(text, glyphs), displayWidth(glyphs.fail) + 2);
    return `${paint.red(glyphs.fail)} ${lines}`;
  }
}

/** Lets the screen draw the question again. A hook of @inquirer/core: called once each time that the question is drawn. */
function useRedraw(screen: Screen): void {
  const [, redraw] = useState(0);
  useEffect(
    () =>
      screen.redrawWith(() => {
        redraw((times) => times + 1);
      }),
    [],
  );
}
