import { createPrompt, isDownKey, isEnterKey, isUpKey, useKeypress, useState } from '@inquirer/core';
import type { Asked } from './questioning.ts';
import { matching } from './typed-answers.ts';
import { emptyLine, lineOf, type Line } from './typed-prompt.ts';

/** How many choices of a list are shown at once. */
export const pageSize = 10;

/** What a list shows. */
export interface ListView<C> {
  /** The text typed to filter it. */
  readonly line: Line;
  readonly page: readonly C[];
  /** How many choices are above and below the page. */
  readonly above: number;
  readonly below: number;
  readonly pointed: C | undefined;
}

interface SearchSettings<C> {
  readonly choices: readonly C[];
  /** The index of the choice that is selected first. */
  readonly start: number;
  readonly show: (view: ListView<C>) => void;
}

/**
 * A list that is filtered by typing. `search` of @inquirer/prompts doesn't show how many choices are above and below, and
 * drops an Enter that immediately follows the text.
 */
export const searchPrompt: <C extends { readonly name: string }>(
  settings: SearchSettings<C>,
  asked: Asked,
) => Promise<C> = createPrompt(view);

function view<C extends { readonly name: string }>(
  { choices, start, show }: SearchSettings<C>,
  done: (chosen: C) => void,
): string {
  const [line, setLine] = useState(emptyLine);
  const [active, setActive] = useState(start);
  const found = matching(choices, line.text);
  const pointed = found[active];
  useKeypress((key, rl) => {
    const move = Number(isDownKey(key)) - Number(isUpKey(key));
    if (move !== 0) setActive(Math.max(0, Math.min(found.length - 1, active + move)));
    else if (!isEnterKey(key)) {
      if (rl.line !== line.text) setActive(0);
      setLine(lineOf(rl));
    } else if (pointed !== undefined) done(pointed);
    // readline has cleared its line.
    else rl.write(line.text);
  });
  const first = Math.max(0, Math.min(active - pageSize / 2, found.length - pageSize));
  const page = found.slice(first, first + pageSize);
  show({ line, page, above: first, below: found.length - first - page.length, pointed });
  return '';
}
