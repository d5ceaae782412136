import { createPrompt, useKeypress } from '@inquirer/core';
import { checkbox, confirm, input, password, select } from '@inquirer/prompts';
import { defined } from '../ground/defined.ts';
import type { Ask, Choice } from '../ground/io.ts';
import { sanitizeForTerminal } from '../ground/sanitize.ts';
import { Secret } from '../ground/secret.ts';
import { promptTheme, type PromptTheme } from './prompt-theme.ts';
import { pasteDrainMs, questioning, type Asked, type QuestionSettings } from './questioning.ts';
import { QuestionOutput } from './question-output.ts';
import { searchPrompt } from './search-prompt.ts';
import { withStatus } from './status.ts';
import { readable } from './typography.ts';
import { wrap } from './width.ts';

/** How many rows of a long list show at once, and how many choices are a long list. */
const pageSize = 10;

/** Questions by @inquirer/prompts. */
export function makePrompts(settings: QuestionSettings): Ask {
  const { host, glyphs, clock } = settings;
  const { screen } = host;
  const put = questioning(host);
  const theme = promptTheme({ ...settings, screen });

  const shown = <T extends string>({ value, name, hint, recommended = false }: Choice<T>) => ({
    value,
    name: wrap(readable(recommended ? `${name} (recommended)` : name, glyphs), screen.columns - 5).join('\n    '),
    short: readable(name, glyphs),
    ...defined({ description: hint === undefined ? undefined : readable(hint, glyphs) }),
  });
  // The choices of a short list all show, though a narrow terminal breaks them.
  const listed = { pageSize: 3 * pageSize, loop: false };
  const configOf = (q: { message: string }) => ({ message: readable(q.message, glyphs), theme });

  /** A withdrawn question leaves no trace; nor does an answered one for which `isCleared` says so. */
  const contextOf = ({ keys, signal }: Asked, isCleared = () => false) => ({
    input: keys,
    output: screen.openQuestion(new QuestionOutput(screen, () => keys.hasLeft || !(signal.aborted || isCleared()))),
    signal,
    clearPromptOnDone: true,
  });

  return {
    select: async (q) => {
      const config = { ...configOf(q), choices: q.choices.map(shown) };
      const preset = q.default ?? q.choices.find(({ recommended }) => recommended)?.value;
      if (q.search === true || q.choices.length > pageSize)
        return await put(q, (asked) => searchPrompt({ ...config, pageSize, preset }, contextOf(asked)));
      const short = { ...config, ...listed, ...defined({ default: preset }) };
      return await put(q, (asked) => select(short, contextOf(asked)));
    },

    confirm: async (q) => {
      const config = { ...configOf(q), default: q.default };
      return await put(q, (asked) => confirm(config, contextOf(asked)));
    },

    text: async (q) => {
      let empty = false;
      const isEmpty = (): boolean => empty;
      const isEmptyAnswer = (answer: string): boolean => (empty = q.emptyAnswer === true && answer === '');
      const config = {
        ...configOf(q),
        ...defined({ default: q.default }),
        validate: (answer: string) => isEmptyAnswer(answer) || (q.check?.(answer) ?? true),
        transformer: (text: string, { isFinal }: { isFinal: boolean }) =>
          isFinal ? theme.style.answer(sanitizeForTerminal(q.echo?.(text) ?? text)) : sanitizeForTerminal(text),
      };
      const ask = () => put(q, (asked) => input(config, contextOf(asked, isEmpty)));
      return await withStatus({ screen, clock, glyphs }, q.status, ask);
    },

    password: async (q) => {
      const last: { verdict: true | string } = { verdict: true };
      const validate = (answer: string): true => {
        last.verdict = q.check?.(answer) ?? true;
        return true;
      };
      const isRefused = (): boolean => last.verdict !== true;
      const config = { ...configOf(q), mask: glyphs.mask, toggleMask: false, validate };
      return await put(q, async (asked) => {
        // A refused secret is asked for from the start: nobody can correct what they can't see.
        for (;;) {
          const answer = await password(config, contextOf(asked, isRefused));
          if (last.verdict !== true) {
            screen.print(theme.refusal(last.verdict));
            continue;
          }
          await clock.sleep(pasteDrainMs);
          return new Secret(answer);
        }
      });
    },

    checklist: async (q) => {
      const choices = q.choices.map((choice) => ({ ...shown(choice), checked: q.ticked.includes(choice.value) }));
      const config = { ...configOf(q), ...listed, choices };
      return await put(q, (asked) => checkbox(config, contextOf(asked)));
    },

    pressKey: async (q) =>
      await put(q, (asked) =>
        anyKeyPrompt(
          configOf(q),
          contextOf(asked, () => true),
        ),
      ),
  };
}

/** Ends at any key, with its name. A paste has none. */
const anyKeyPrompt = createPrompt<string, { message: string; theme: PromptTheme }>(({ message, theme }, done) => {
  useKeypress((key: { readonly name?: string }) => {
    done(key.name ?? '');
  });
  return theme.style.hint(message);
});
