import { createPrompt, isDownKey, isEnterKey, isUpKey, useKeypress, useState } from '@inquirer/core';
import { matching } from './matching.ts';
import type { PromptTheme } from './prompt-theme.ts';
import { partMark } from './question-output.ts';

export interface SearchChoice<T> {
  readonly value: T;
  readonly name: string;
  /** The name as an answer. */
  readonly short: string;
  readonly description?: string;
}

interface SearchSettings<T> {
  readonly message: string;
  readonly choices: readonly SearchChoice<T>[];
  /** The value to point at first. */
  readonly preset: T | undefined;
  /** How many choices show at once. */
  readonly pageSize: number;
  readonly theme: PromptTheme;
}

type Context = Parameters<ReturnType<typeof createPrompt>>[1];

/**
 * A list to choose from that is filtered by what is typed, for more choices than fit on a screen: it says how many are
 * above and below. `search` of @inquirer/prompts says neither, and drops an Enter that comes right behind the text.
 */
export const searchPrompt: <T>(config: SearchSettings<T>, context?: Context) => Promise<T> = createPrompt(view);

function view<T>(config: SearchSettings<T>, done: (value: T) => void): string | [string, string] {
  const { choices, theme, pageSize } = config;
  const [answered, setAnswered] = useState(false);
  const [term, setTerm] = useState('');
  const [active, setActive] = useState(
    Math.max(
      0,
      choices.findIndex(({ value }) => value === config.preset),
    ),
  );
  // A narrow terminal breaks the name.
  const found = matching(
    choices.map((choice) => ({ name: choice.short, choice })),
    term,
  ).map(({ choice }) => choice);
  const chosen = found[active];
  useKeypress((key, rl) => {
    if (isUpKey(key)) setActive(Math.max(0, active - 1));
    else if (isDownKey(key)) setActive(Math.min(found.length - 1, active + 1));
    else if (!isEnterKey(key)) {
      if (rl.line !== term) setActive(0);
      setTerm(rl.line);
    } else if (chosen === undefined) {
      // readline has emptied its line.
      rl.write(term);
    } else {
      setAnswered(true);
      done(chosen.value);
    }
  });
  const message = theme.style.message(config.message);
  if (answered && chosen !== undefined) return `${theme.prefix.done} ${message} ${theme.style.answer(chosen.short)}`;
  const first = Math.max(0, Math.min(active - Math.floor(pageSize / 2), found.length - pageSize));
  const page = found.slice(first, first + pageSize).map((choice) => row(choice, choice === chosen, theme));
  const body = [
    ...more(first, 'above', theme),
    ...page,
    ...more(found.length - first - page.length, 'below', theme),
    ...(found.length === 0 ? [theme.refusal('Nothing in the list matches. Delete what you typed.')] : []),
    '',
    ...(chosen?.description === undefined ? [] : [theme.style.description(chosen.description)]),
    theme.style.keysHelpTip([
      ['type', 'to search'],
      ['↑↓', 'navigate'],
      ['⏎', 'select'],
    ]),
  ];
  return [`${theme.prefix.idle} ${message} ${theme.style.searchTerm(term)}`, partMark + body.join('\n')];
}

function row({ name }: SearchChoice<unknown>, isActive: boolean, { icon, style }: PromptTheme): string {
  return isActive ? style.highlight(`${icon.cursor} ${name}`) : `  ${name}`;
}

function more(count: number, where: string, { style }: PromptTheme): readonly string[] {
  return count === 0 ? [] : [style.help(`  (${String(count)} more ${where})`)];
}
