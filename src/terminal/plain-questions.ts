import type { Ask, Check, Choice, Question } from '../io.ts';
import { printable } from '../printable.ts';
import { Secret } from '../secret.ts';
import type { QuestionSettings } from './prompts.ts';
import { put } from './questioning.ts';
import { showStatus } from './status.ts';
import { readTypedLine } from './typed-line.ts';

/** Questions as lines to read and lines to type: for screen readers, and for terminals that cannot move the cursor. */
export function makePlainQuestions({ place, glyphs, clock }: QuestionSettings): Ask {
  const { screen } = place;
  const typed = async (question: Question, prompt: string, hidden = false): Promise<string> =>
    await put(place, question, (asked) => readTypedLine(screen, asked, { prompt: printable(prompt), hidden }));

  /** Asks until `read` finds no fault with the line; its faults are sentences. */
  const until = async <T>(
    next: () => Promise<string>,
    read: (line: string) => { value: T } | { fault: string },
  ): Promise<T> => {
    for (;;) {
      const outcome = read(await next());
      if ('value' in outcome) return outcome.value;
      screen.print(`${glyphs.fail} ${printable(outcome.fault)}`);
    }
  };

  const list = (question: Question, lines: readonly string[]): void => {
    screen.print([question.message, ...lines.map((line, index) => `  ${String(index + 1)}. ${line}`)].map(printable).join('\n'));
  };

  return {
    select: async (q) => {
      list(q, q.choices.map(described));
      const preset = Math.max(0, q.choices.findIndex(({ value }) => value === q.default));
      const prompt = `Number from 1 to ${String(q.choices.length)} (Enter for ${String(preset + 1)}):`;
      return await until(() => typed(q, prompt), (line) => {
        const [chosen, ...more] = numbered(q.choices, line, [preset]);
        return chosen === undefined || more.length > 0 ? { fault: 'That is not one of the numbers.' } : { value: chosen };
      });
    },

    confirm: async (q) =>
      await until(
        () => typed(q, `${q.message} yes or no (Enter for ${q.default ? 'yes' : 'no'}):`),
        (line) => readYesOrNo(line, q.default),
      ),

    text: async (q) => {
      const status = q.status === undefined ? undefined : showStatus({ screen, clock }, q.status);
      const preset = q.default === undefined ? '' : ` (Enter for ${q.default})`;
      try {
        return await until(
          () => typed(q, `${q.message}${preset}:`),
          (line) => checked(line === '' ? (q.default ?? '') : line, q.check),
        );
      } finally {
        status?.stop();
      }
    },

    password: async (q) =>
      new Secret(await until(() => typed(q, `${q.message} (what you type is not shown):`, true), (line) => checked(line, q.check))),

    checklist: async (q) => {
      list(q, q.choices.map((choice) => `${described(choice)}${q.ticked.includes(choice.value) ? ' (ticked)' : ''}`));
      const preset = q.choices.flatMap(({ value }, index) => (q.ticked.includes(value) ? [index] : []));
      const prompt = 'Numbers to tick, with commas between them (0 for none, Enter to leave them as they are):';
      return await until(() => typed(q, prompt), (line) => {
        if (line.trim() === '0') return { value: [] };
        const chosen = numbered(q.choices, line, preset);
        return chosen.includes(undefined) ? { fault: 'Not all of these are in the list.' } : { value: defined(chosen) };
      });
    },
  };
}
