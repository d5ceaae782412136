import { Writable } from 'node:stream';
import { createPrompt, isDownKey, isEnterKey, isUpKey, useKeypress, useState } from '@inquirer/core';
import { checkbox, select } from '@inquirer/prompts';
import { defined } from '../ground/defined.ts';
import type { Choice, Question } from '../ground/io.ts';
import { emptyLine } from './drawing.ts';
import { pageSize, questionMark, type QuestionLook } from './question-look.ts';
import type { Asked } from './questioning.ts';
import type { Screen } from './screen.ts';
import { matching, presetOf } from './typed-answers.ts';
import { lineOf } from './typed-prompt.ts';

type Listed<T> = Question & { readonly choices: readonly Choice<T>[] };
type ListedOne<T> = Listed<T> & { readonly default?: T | undefined };

export function listPrompts(screen: Screen, look: QuestionLook) {
  /** Lets our screen draw the output of @inquirer/prompts. */
  const drawn = (asked: Asked): Asked => {
    const write = (drawing: string, _encoding: unknown, done: () => void): void => {
      const [, question, end] = drawing.split(questionMark);
      // An answered question has no mark at the end. `look.answered` draws it.
      if (question !== undefined && end !== undefined) screen.showQuestion(look.drawn(question));
      done();
    };
    return { ...asked, output: Object.assign(new Writable({ decodeStrings: false, write }), { columns: 10_000 }) };
  };
  const configOf = <T>({ message, choices }: Listed<T>) => ({
    ...{ message, theme: look.theme, pageSize: choices.length, loop: false },
    choices: choices.map((choice) => ({ value: choice, name: look.label(choice), description: look.hint(choice) })),
  });

  /** Replaces `search` of @inquirer/prompts, which doesn't count hidden choices and ignores Enter right after text. */
  const searchPrompt: <T>(q: ListedOne<T>, asked: Asked) => Promise<Choice<T>> = createPrompt(searchView);
  function searchView<T>(q: ListedOne<T>, done: (chosen: Choice<T>) => void): string {
    const [line, setLine] = useState(emptyLine);
    const [active, setActive] = useState(presetOf(q));
    const found = matching(q.choices, line.text);
    useKeypress((key, rl) => {
      const move = Number(isDownKey(key)) - Number(isUpKey(key));
      if (move !== 0) setActive(Math.max(0, Math.min(found.length - 1, active + move)));
      else if (!isEnterKey(key)) {
        if (rl.line !== line.text) setActive(0);
        setLine(lineOf(rl));
      } else if (found[active]) done(found[active]);
      // readline has cleared its line, so type it again.
      else rl.write(line.text);
    });
    screen.showQuestion(look.searched(q.message, line, found, active));
    return '';
  }

  return {
    one: async <T>(q: ListedOne<T>, asked: Asked): Promise<Choice<T>> => {
      if (q.choices.length > pageSize) return await searchPrompt(q, asked);
      return await select({ ...configOf(q), ...defined({ default: q.choices[presetOf(q)] }) }, drawn(asked));
    },

    several: async <T>(q: Listed<T> & { readonly ticked: readonly T[] }, asked: Asked): Promise<readonly T[]> => {
      const { choices, ...config } = configOf(q);
      const ticked = choices.map((choice) => ({ ...choice, checked: q.ticked.includes(choice.value.value) }));
      return (await checkbox({ ...config, choices: ticked }, drawn(asked))).map(({ value }) => value);
    },
  };
}
