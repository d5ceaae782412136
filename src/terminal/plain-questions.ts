import type { Ask, Choice, Question } from '../ground/io.ts';
import { sanitizeForTerminal } from '../ground/sanitize.ts';
import { Secret } from '../ground/secret.ts';
import type { Line } from './drawing.ts';
import { questioning } from './questioning.ts';
import type { Terminal } from './terminal-mode.ts';
import { labelOf, presetOf, readOne, readSeveral, readText, readYesOrNo, type Reading } from './typed-answers.ts';
import { typedPrompt } from './typed-prompt.ts';
import { readable } from './style.ts';
import { wrap } from './width.ts';

/** Questions as plain lines, for screen readers and for terminals that can't move the cursor. */
export function makePlainQuestions(terminal: Terminal): Ask {
  const { screen, glyphs } = terminal;
  const putQuestion = questioning(terminal);
  const inLines = (text: string): string => wrap(readable(text, glyphs), screen.width).join('\n');

  /** Asks until a line is a valid answer. Nothing is shown for a secret, not even a mask. */
  const answer = async <T>(
    q: Question & { summarize?: (text: string) => string | undefined },
    prompt: string,
    read: (line: string) => Reading<T>,
    isSecret = false,
  ): Promise<T> => {
    const lead = inLines(prompt);
    const show = ({ text }: Line, fault: string): void => {
      if (fault !== '') {
        screen.closeQuestion(null);
        screen.print(inLines(`${glyphs.fail} ${fault}`));
      }
      const rows = [`${lead} ${q.summarize?.(text) ?? (isSecret ? '' : sanitizeForTerminal(text))}`];
      screen.showQuestion(() => ({ rows, cursor: null }));
    };
    return await putQuestion(q, isSecret, (asked) =>
      typedPrompt({ read, show, isPlain: true }, asked).finally(() => screen.closeQuestion(null)),
    );
  };

  const list = (message: string, items: readonly string[]): void => {
    const lines = [message, ...items.map((item, index) => `  ${String(index + 1)}. ${item}`)];
    screen.print(lines.map(inLines).join('\n'));
  };

  return {
    select: async (q) => {
      list(q.message, q.choices.map(described));
      const preset = presetOf(q);
      const prompt = `Number from 1 to ${String(q.choices.length)} (Enter for ${String(preset + 1)}):`;
      return await answer(q, prompt, (line) => readOne(q.choices, line, preset));
    },

    confirm: async (q) => {
      const prompt = `${q.message} yes or no (Enter for ${q.default ? 'yes' : 'no'}):`;
      return await answer(q, prompt, (line) => readYesOrNo(line, q.default));
    },

    text: async (q) => {
      const prompt = q.default === undefined ? `${q.message}:` : `${q.message} (Enter for ${q.default}):`;
      return await answer(q, prompt, (line) => readText(line, q));
    },

    password: async (q) => {
      const prompt = `${q.message} (what you type isn’t shown):`;
      return new Secret(await answer(q, prompt, (line) => readText(line, q), true));
    },

    checklist: async (q) => {
      const items = q.choices.map((choice) => described(choice) + (q.ticked.includes(choice.value) ? ' (ticked)' : ''));
      list(q.message, items);
      const prompt = 'Numbers to tick (1,3 or 1-7), all or none (Enter leaves them as they are):';
      const values = q.choices.map(({ value }) => value);
      const preset = values.filter((value) => q.ticked.includes(value));
      return await answer(q, prompt, (line) => readSeveral(values, line, preset));
    },

    pressKey: async (q) => await answer(q, `${q.message}:`, (line) => ({ value: line.trim() })),
  };
}

const described = (choice: Choice<string>): string =>
  labelOf(choice) + (choice.hint === undefined ? '' : `: ${choice.hint}`);
