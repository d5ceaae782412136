import { Writable } from 'node:stream';
import { createPrompt, useKeypress } from '@inquirer/core';
import { checkbox, select } from '@inquirer/prompts';
import { defined } from '../ground/defined.ts';
import type { Ask, Choice, Question } from '../ground/io.ts';
import { Secret } from '../ground/secret.ts';
import { questionLook, questionMark, type ListedChoice } from './question-look.ts';
import { questioning, type Asked, type QuestionSettings } from './questioning.ts';
import { pageSize, searchPrompt, type ListView } from './search-prompt.ts';
import { withStatus } from './status.ts';
import { presetOf, readText, readYesOrNo, type Reading } from './typed-answers.ts';
import { typedPrompt, type Line } from './typed-prompt.ts';
import { readable } from './typography.ts';

/** How one kind of question is asked, and what it shows once it is answered: nothing if that is `null`. */
interface Kind<T> {
  readonly run: (asked: Asked) => Promise<T>;
  readonly said: (answer: T) => string | null;
  readonly isSecret?: boolean;
}

/** Questions that are drawn on the screen and run by @inquirer/core. */
export function makePrompts(settings: QuestionSettings): Ask {
  const { glyphs, host } = settings;
  const { screen } = host;
  const put = questioning(settings);
  const look = questionLook(settings);

  const ask = async <T>(q: Question, { run, said, isSecret }: Kind<T>): Promise<T> => {
    const untilClosed = async (asked: Asked): Promise<T> => {
      let left: string | null = null;
      try {
        const answer = await run(asked);
        const text = said(answer);
        if (text !== null) left = look.answered(q.message, text, screen.columns);
        return answer;
      } finally {
        // After Ctrl-C it stays as it is.
        screen.closeQuestion(asked.input.hasLeft ? undefined : left);
      }
    };
    return await put(q, untilClosed, isSecret);
  };

  const typed =
    <T>(
      { message, preset }: Question & { preset?: string | undefined },
      read: (text: string) => Reading<T>,
      { hint = '', shown = (line: Line): Line => line } = {},
    ) =>
    (asked: Asked): Promise<T> => {
      const show = (line: Line, fault: string): void => {
        screen.showQuestion(look.typed(message, { line: shown(line), hint, fault }));
      };
      return typedPrompt({ preset, read, show }, asked);
    };

  const listed = <T>({ value, name, hint = '', recommended = false }: Choice<T>): ListedChoice & { value: T } => ({
    value,
    name: readable(name, glyphs),
    label: readable(recommended ? `${name} (recommended)` : name, glyphs),
    hint: readable(hint, glyphs),
  });

  /** Lets @inquirer/prompts draw: the screen breaks the lines, and erases what was there before. */
  const drawn = (asked: Asked): Asked => {
    const write = (drawing: string, _encoding: unknown, done: () => void): void => {
      const [, question] = drawing.split(questionMark);
      if (question !== undefined) screen.showQuestion(look.drawn(question));
      done();
    };
    return { ...asked, output: Object.assign(new Writable({ decodeStrings: false, write }), { columns: 10_000 }) };
  };
  const configOf = <T>({ message }: Question, choices: readonly (ListedChoice & { value: T })[]) => ({
    ...{ message, theme: look.theme, pageSize: 3 * pageSize, loop: false },
    choices: choices.map(({ value, label, hint }) => ({
      ...{ value, name: label },
      ...defined({ description: hint || undefined }),
    })),
  });

  return {
    select: async (q) => {
      const choices = q.choices.map(listed);
      const preset = presetOf(q)?.value;
      const start = Math.max(
        0,
        choices.findIndex(({ value }) => value === preset),
      );
      const show = (view: ListView<ListedChoice>): void => {
        screen.showQuestion(look.list(q.message, view));
      };
      const run = async (asked: Asked) =>
        choices.length > pageSize
          ? (await searchPrompt({ choices, start, show }, asked)).value
          : await select({ ...configOf(q, choices), ...defined({ default: preset }) }, drawn(asked));
      return await ask(q, { run, said: (chosen) => choices.find(({ value }) => value === chosen)?.name ?? '' });
    },

    confirm: async (q) => {
      const run = typed(q, (line) => readYesOrNo(line, q.default), { hint: q.default ? 'Y/n' : 'y/N' });
      return await ask(q, { run, said: (isYes) => (isYes ? 'Yes' : 'No') });
    },

    text: async (q) => {
      const run = typed({ ...q, preset: q.default }, (line) => readText(line, q), { hint: q.default });
      const said = (answer: string): string | null =>
        answer === '' && q.emptyAnswer === true ? null : (q.echo?.(answer) ?? answer);
      return await withStatus(settings, q.status, () => ask(q, { run, said }));
    },

    password: async (q) => {
      const shown = ({ text, cursor }: Line): Line => ({ text: glyphs.mask.repeat(text.length), cursor });
      // Nobody can correct what they can't see, so the secret is asked for from the start, below the reason.
      const read = (line: string): Reading<Secret> => {
        const reading = readText(line, q);
        if ('value' in reading) return { value: new Secret(reading.value) };
        screen.print(look.refusal(reading.fault));
        return { fault: '' };
      };
      const said = (secret: Secret): string => glyphs.mask.repeat(secret.reveal().length);
      return await ask(q, { run: typed(q, read, { shown }), said, isSecret: true });
    },

    checklist: async (q) => {
      const { choices, ...config } = configOf(q, q.choices.map(listed));
      const ticked = choices.map((choice) => ({ ...choice, checked: q.ticked.includes(choice.value) }));
      const run = (asked: Asked) => checkbox({ ...config, choices: ticked }, drawn(asked));
      return await ask(q, { run, said: ({ length }) => `${String(length)} of ${String(choices.length)} ticked` });
    },

    pressKey: async (q) => {
      const show = (): void => {
        screen.showQuestion(look.keyHint(q.message));
      };
      return await ask(q, { run: (asked) => anyKeyPrompt({ show }, asked), said: () => null });
    },
  };
}

/** Ends at any key, with its name. A paste has none. */
const anyKeyPrompt = createPrompt<string, { show: () => void }>(({ show }, done) => {
  useKeypress((key: { readonly name?: string }) => {
    done(key.name ?? '');
  });
  show();
  return '';
});
