import { createPrompt, isDownKey, isEnterKey, isUpKey, useKeypress, useState } from '@inquirer/core';
import type { Choice } from '../ground/io.ts';
import type { Asked } from './questioning.ts';
import { matching } from './typed-answers.ts';
import { emptyLine, lineOf, type Line } from './typed-prompt.ts';

/** How many choices are shown at once. A longer list can be searched. */
const pageSize = 10;

interface ListSettings<T> {
  readonly choices: readonly Choice<T>[];
  /** The index of the choice that is pointed at first. */
  readonly start: number;
  /** What is ticked first; `null` if one choice is selected instead. */
  readonly ticked: readonly T[] | null;
  readonly show: (view: ListView<T>) => void;
}

/** What a list shows. */
export interface ListView<T> {
  /** The choices shown, and how many are above and below them. */
  readonly page: readonly Choice<T>[];
  readonly above: number;
  readonly below: number;
  readonly pointed: Choice<T> | undefined;
  readonly ticked: readonly T[] | null;
  /** The text typed to search the list; `null` if it can't be searched. */
  readonly line: Line | null;
}

export interface ListAnswer<T> {
  readonly selected: Choice<T>;
  readonly ticked: readonly T[];
}

/** A list from which one choice is selected, or whose choices are ticked. It doesn't draw anything itself. */
export const listPrompt: <T>(settings: ListSettings<T>, asked: Asked) => Promise<ListAnswer<T>> = createPrompt(view);

function view<T>(settings: ListSettings<T>, done: (answer: ListAnswer<T>) => void): string {
  const { choices, start, show } = settings;
  const [line, setLine] = useState(emptyLine);
  const [active, setActive] = useState(start);
  const [ticked, setTicked] = useState(settings.ticked);
  const isLong = choices.length > pageSize;
  const found = isLong ? matching(choices, line.text) : choices;
  const pointed = found[active];
  useKeypress((key, rl) => {
    const move = Number(isDownKey(key)) - Number(isUpKey(key));
    if (move !== 0) setActive(Math.max(0, Math.min(found.length - 1, active + move)));
    else if (isEnterKey(key) && pointed !== undefined) done({ selected: pointed, ticked: ticked ?? [] });
    // readline has cleared its line.
    else if (isEnterKey(key)) rl.write(line.text);
    else if (ticked !== null) setTicked(tickedBy(key.name, ticked, choices, pointed));
    else if (isLong) {
      if (rl.line !== line.text) setActive(0);
      setLine(lineOf(rl));
    } else {
      const [named] = rl.line.trim() === '' ? [] : matching(choices, rl.line);
      const typed = choices[Number(rl.line) - 1] ?? named;
      if (typed === undefined) rl.clearLine(0);
      else setActive(choices.indexOf(typed));
    }
  });
  const above = Math.max(0, Math.min(active - pageSize / 2, found.length - pageSize));
  const page = found.slice(above, above + pageSize);
  show({ page, above, below: found.length - above - page.length, pointed, ticked, line: isLong ? line : null });
  return '';
}

/** What is ticked after this key: space or a number changes one choice, `a` and `i` change all. */
function tickedBy<T>(
  key: string,
  ticked: readonly T[],
  choices: readonly Choice<T>[],
  pointed: Choice<T> | undefined,
): readonly T[] {
  const values = choices.map(({ value }) => value);
  if (key === 'a') return ticked.length === values.length ? [] : values;
  const changed = key === 'space' ? pointed : choices[Number(key) - 1];
  return values.filter((value) => ticked.includes(value) !== (key === 'i' || value === changed?.value));
}
