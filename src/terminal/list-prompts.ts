import { Writable } from 'node:stream';
import { checkbox, select } from '@inquirer/prompts';
import { defined } from '../ground/defined.ts';
import type { Choice, Question } from '../ground/io.ts';
import { questionMark, type QuestionLook } from './question-look.ts';
import type { Asked } from './questioning.ts';
import type { Screen } from './screen.ts';
import { pageSize, searchPrompt, type ListView } from './search-prompt.ts';
import { presetOf } from './typed-answers.ts';

type Listed<T> = Question & { readonly choices: readonly Choice<T>[] };

/** Lists of choices: short ones use @inquirer/prompts, long ones can be searched. */
export function listPrompts(screen: Screen, look: QuestionLook) {
  /** Makes @inquirer/prompts write its lines; the screen wraps them and erases the previous ones. */
  const drawn = (asked: Asked): Asked => {
    const write = (drawing: string, _encoding: unknown, done: () => void): void => {
      const [, question, end] = drawing.split(questionMark);
      // An answered question has no help on keys, so no mark at the end. The screen replaces it.
      if (question !== undefined && end !== undefined) screen.showQuestion(look.drawn(question));
      done();
    };
    return { ...asked, output: Object.assign(new Writable({ decodeStrings: false, write }), { columns: 10_000 }) };
  };
  const configOf = <T>({ message, choices }: Listed<T>) => ({
    ...{ message, theme: look.theme, pageSize: choices.length, loop: false },
    choices: choices.map((choice) => ({ value: choice, name: look.label(choice), description: look.hint(choice) })),
  });

  return {
    one: async <T>(q: Listed<T> & { readonly default?: T }, asked: Asked): Promise<Choice<T>> => {
      const start = presetOf(q);
      if (q.choices.length <= pageSize)
        return await select({ ...configOf(q), ...defined({ default: q.choices[start] }) }, drawn(asked));
      const show = (view: ListView<Choice<T>>): void => {
        screen.showQuestion(look.list(q.message, view));
      };
      return await searchPrompt({ choices: q.choices, start, show }, asked);
    },

    several: async <T>(q: Listed<T> & { readonly ticked: readonly T[] }, asked: Asked): Promise<readonly T[]> => {
      const { choices, ...config } = configOf(q);
      const ticked = choices.map((choice) => ({ ...choice, checked: q.ticked.includes(choice.value.value) }));
      return (await checkbox({ ...config, choices: ticked }, drawn(asked))).map(({ value }) => value);
    },
  };
}
