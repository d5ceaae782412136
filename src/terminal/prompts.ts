import { createPrompt, useKeypress } from '@inquirer/core';
import { checkbox, confirm, input, password, select } from '@inquirer/prompts';
import { defined } from '../ground/defined.ts';
import type { Ask, Choice, Clock, Question } from '../ground/io.ts';
import { sanitizeForTerminal } from '../ground/sanitize.ts';
import { Secret } from '../ground/secret.ts';
import type { Glyphs, Paint } from './paint.ts';
import { promptTheme, type PromptTheme } from './prompt-theme.ts';
import { pasteDrainMs, questioning, type Asked } from './questioning.ts';
import type { PromptHost } from './prompt-host.ts';
import { QuestionOutput } from './question-output.ts';
import { searchPrompt } from './search-prompt.ts';
import { showStatus } from './status.ts';
import { typeset } from './typography.ts';
import { wrap } from './width.ts';

export interface QuestionSettings {
  readonly host: PromptHost;
  readonly paint: Paint;
  readonly glyphs: Glyphs;
  readonly clock: Clock;
}

/** Ends at any key. */
const anyKeyPrompt = createPrompt<undefined, { message: string; theme: PromptTheme }>(({ message, theme }, done) => {
  useKeypress(() => {
    done(undefined);
  });
  return theme.style.hint(message);
});

/** How many rows of a long list show at once, and how many choices are a long list. */
const pageSize = 10;

/** Questions by @inquirer/prompts. */
export function makePrompts({ host, paint, glyphs, clock }: QuestionSettings): Ask {
  const { screen } = host;
  const put = questioning(host);
  const theme = promptTheme({ screen, paint, glyphs });
  // The choices of a short list all show, though a narrow terminal breaks them.
  const looks = { pageSize: 3 * pageSize, loop: false, theme };

  const readable = (text: string): string => typeset(sanitizeForTerminal(text), glyphs);
  const message = (q: Question): string => readable(q.message);
  const shown = <T extends string>({ value, name, hint, recommended = false }: Choice<T>) => ({
    value,
    name: wrap(readable(recommended ? `${name} (recommended)` : name), screen.columns - 5).join('\n    '),
    short: readable(name),
    ...defined({ description: hint === undefined ? undefined : readable(hint) }),
  });

  /** A withdrawn question leaves no trace; nor does an answered one for which `isCleared` says so. */
  const contextOf = ({ keys, signal }: Asked, isCleared: () => boolean = () => false) => ({
    input: keys,
    output: screen.openQuestion(new QuestionOutput(screen, () => keys.hasLeft || !(signal.aborted || isCleared()))),
    signal,
    clearPromptOnDone: true,
  });

  return {
    select: async (q) => {
      const config = { message: message(q), choices: q.choices.map(shown), ...looks };
      const preset = q.default ?? q.choices.find(({ recommended }) => recommended)?.value;
      if (q.search !== true && q.choices.length <= pageSize)
        return await put(q, (asked) => select({ ...config, ...defined({ default: preset }) }, contextOf(asked)));
      return await put(q, (asked) => searchPrompt({ ...config, pageSize, preset }, contextOf(asked)));
    },

    confirm: async (q) => {
      const config = { message: message(q), default: q.default, theme };
      return await put(q, (asked) => confirm(config, contextOf(asked)));
    },

    text: async (q) => {
      let empty = false;
      const isEmptyAnswer = (answer: string): boolean => (empty = q.emptyAnswer === true && answer === '');
      const config = {
        message: message(q),
        ...defined({ default: q.default }),
        validate: (answer: string) => isEmptyAnswer(answer) || (q.check?.(answer) ?? true),
        transformer: (text: string, { isFinal }: { isFinal: boolean }) =>
          isFinal ? theme.style.answer(sanitizeForTerminal(q.echo?.(text) ?? text)) : sanitizeForTerminal(text),
        theme,
      };
      const status =
        q.status === undefined
          ? undefined
          : showStatus({ screen, clock }, q.status, (text) => text.split('\n').map(readable).join('\n'));
      try {
        return await put(q, (asked) =>
          input(
            config,
            contextOf(asked, () => empty),
          ),
        );
      } finally {
        status?.stop();
      }
    },

    password: async (q) => {
      const config = { message: message(q), mask: glyphs.mask, toggleMask: false, theme };
      return await put(q, async (asked) => {
        // A refused secret is asked for from the start: nobody can correct what they can't see.
        for (;;) {
          const verdicts: (true | string)[] = [];
          const validate = (answer: string): true => {
            verdicts.push(q.check?.(answer) ?? true);
            return true;
          };
          const refusal = (): string | undefined => verdicts.find((verdict) => verdict !== true);
          const context = contextOf(asked, () => refusal() !== undefined);
          const answer = await password({ ...config, validate }, context);
          const why = refusal();
          if (why === undefined) {
            await clock.sleep(pasteDrainMs);
            return new Secret(answer);
          }
          screen.print(theme.refusal(why));
        }
      });
    },

    checklist: async (q) => {
      const choices = q.choices.map((choice) => ({ ...shown(choice), checked: q.ticked.includes(choice.value) }));
      const config = { message: message(q), choices, ...looks };
      return await put(q, (asked) => checkbox(config, contextOf(asked)));
    },

    pressKey: async (q) => {
      const config = { message: message(q), theme };
      await put(q, (asked) =>
        anyKeyPrompt(
          config,
          contextOf(asked, () => true),
        ),
      );
    },
  };
}
