import { createPrompt, useKeypress } from '@inquirer/core';
import type { Ask, Question } from '../ground/io.ts';
import { Secret } from '../ground/secret.ts';
import { listPrompts } from './list-prompts.ts';
import { questionLook } from './question-look.ts';
import type { Line } from './drawing.ts';
import { questioning, type Asked } from './questioning.ts';
import type { Terminal } from './terminal-mode.ts';
import { readText, readYesOrNo, type Reading } from './typed-answers.ts';
import { typedPrompt } from './typed-prompt.ts';
import { readable } from './style.ts';

/** Questions that are drawn on the screen and run by @inquirer/core. */
export function makePrompts(terminal: Terminal): Ask {
  const { screen, glyphs } = terminal;
  const putQuestion = questioning(terminal);
  const look = questionLook(terminal);
  const lists = listPrompts(screen, look);

  /** `answerText` returns what to show for an answer. If it returns `null`, the question disappears. */
  const ask = async <T>(
    q: Question,
    run: (asked: Asked) => Promise<T>,
    answerText: (answer: T) => string | null = () => null,
    isSecret = false,
  ): Promise<T> =>
    await putQuestion(q, isSecret, async (asked) => {
      let remaining: string | null = null;
      try {
        const answer = await run(asked);
        const text = answerText(answer);
        if (text !== null) remaining = look.answered(q.message, text, screen.columns);
        return answer;
      } finally {
        // After Ctrl-C, the question stays as it is.
        screen.closeQuestion(asked.input.hasLeft ? undefined : remaining);
      }
    });

  const typed =
    <T>(
      { message, summarize }: Question & { summarize?: (text: string) => string | undefined },
      read: (text: string) => Reading<T>,
      { hint = '', preset = '', keepsRefused = false, shown = (line: Line): Line => line } = {},
    ) =>
    (asked: Asked): Promise<T> => {
      const show = (typedLine: Line, fault: string): void => {
        const text = summarize?.(typedLine.text);
        const line = text === undefined ? shown(typedLine) : { text, cursor: text.length };
        screen.showQuestion(look.typed(message, { line, hint, fault }));
      };
      return typedPrompt({ preset, keepsRefused, read, show }, asked);
    };

  return {
    select: async (q) => {
      const run = (asked: Asked) => lists.one(q, asked);
      return (await ask(q, run, ({ name }) => readable(name, glyphs))).value;
    },

    confirm: async (q) => {
      const run = typed(q, (line) => readYesOrNo(line, q.default), { hint: q.default ? 'Y/n' : 'y/N' });
      return await ask(q, run, (isYes) => (isYes ? 'Yes' : 'No'));
    },

    text: async (q) => {
      const { default: preset, keepsRefused } = q;
      const run = typed(q, (line) => readText(line, q), { hint: preset, preset, keepsRefused });
      const answerText = (answer: string): string => q.summarize?.(answer) ?? q.echo?.(answer) ?? answer;
      return await ask(q, run, (answer) => (answer === '' && q.status ? null : answerText(answer)));
    },

    password: async (q) => {
      const shown = ({ text, cursor }: Line): Line => ({ text: glyphs.mask.repeat(text.length), cursor });
      // Nobody can correct text they can't see, so start over with an empty line below the reason.
      const read = (line: string): Reading<Secret> => {
        const reading = readText(line, q);
        if ('value' in reading) return { value: new Secret(reading.value) };
        screen.print(look.refused(reading.fault, screen.columns));
        return { fault: '' };
      };
      const answerText = (secret: string): string => q.summarize?.(secret) ?? glyphs.mask.repeat(secret.length);
      return await ask(q, typed(q, read, { shown }), (secret) => answerText(secret.reveal()), true);
    },

    checklist: async (q) => {
      const run = (asked: Asked) => lists.several(q, asked);
      return await ask(q, run, ({ length }) => `${String(length)} of ${String(q.choices.length)} ticked`);
    },

    pressKey: async (q) => {
      const prompt = createPrompt<string, Question>(({ message }, done) => {
        // Some keys, such as “?”, have no name.
        useKeypress(({ name = '' }: { readonly name?: string }) => done(name));
        screen.showQuestion(look.keyHint(message));
        return '';
      });
      return await ask(q, (asked) => prompt(q, asked));
    },
  };
}
