import type { Ask, Check, Choice, Question } from '../ground/io.ts';
import { sanitizeForTerminal } from '../ground/sanitize.ts';
import { Secret } from '../ground/secret.ts';
import { matching } from './matching.ts';
import type { QuestionSettings } from './prompts.ts';
import { pasteDrainMs, questioning } from './questioning.ts';
import { showStatus } from './status.ts';
import { typeset } from './typography.ts';
import { wrap } from './width.ts';
import { readTypedLine } from './typed-line.ts';

/** An answer, or the sentence that says why the line is none. */
type Reading<T> = { readonly value: T } | { readonly fault: string };

/** Questions as lines to read and lines to type: for screen readers, and for terminals that cannot move the cursor. */
export function makePlainQuestions({ host, glyphs, clock }: Omit<QuestionSettings, 'paint'>): Ask {
  const { screen } = host;
  const put = questioning(host);
  const readable = (text: string): string => typeset(sanitizeForTerminal(text), glyphs);
  /** Broken at spaces; in a log not at all. */
  const inLines = (text: string): string => wrap(readable(text), screen.width ?? Infinity).join('\n');

  /** Asks until a line is an answer. */
  const answer = async <T>(
    q: Question,
    { prompt, hidden = false, read }: { prompt: string; hidden?: boolean; read: (line: string) => Reading<T> },
  ): Promise<T> => {
    for (;;) {
      const line = await put(q, async (asked) => {
        const typed = await readTypedLine(screen, asked, { prompt: inLines(prompt), hidden });
        if (hidden) await clock.sleep(pasteDrainMs);
        return typed;
      });
      const reading = read(line);
      if ('value' in reading) return reading.value;
      screen.print(inLines(`${glyphs.fail} ${reading.fault}`));
    }
  };

  const list = (message: string, items: readonly string[]): void => {
    const lines = [message, ...items.map((item, index) => `  ${String(index + 1)}. ${item}`)];
    screen.print(lines.map(inLines).join('\n'));
  };

  return {
    select: async (q) => {
      list(q.message, q.choices.map(described));
      const preset =
        q.choices.find(({ value }) => value === q.default) ??
        q.choices.find(({ recommended }) => recommended) ??
        q.choices[0];
      const enter = preset === undefined ? '' : ` (Enter for ${String(q.choices.indexOf(preset) + 1)})`;
      const prompt = `Number from 1 to ${String(q.choices.length)}${enter}:`;
      return await answer(q, { prompt, read: (line) => readOne(q.choices, line, preset) });
    },

    confirm: async (q) => {
      const prompt = `${q.message} yes or no (Enter for ${q.default ? 'yes' : 'no'}):`;
      return await answer(q, { prompt, read: (line) => readYesOrNo(line, q.default) });
    },

    text: async (q) => {
      const status =
        q.status === undefined
          ? undefined
          : showStatus({ screen, clock }, q.status, (text) => text.split('\n').map(readable).join('\n'));
      const prompt = q.default === undefined ? `${q.message}:` : `${q.message} (Enter for ${q.default}):`;
      const read = (line: string): Reading<string> =>
        line === '' && q.emptyAnswer === true ? { value: '' } : judge(line === '' ? (q.default ?? '') : line, q.check);
      try {
        return await answer(q, { prompt, read });
      } finally {
        status?.stop();
      }
    },

    password: async (q) => {
      const prompt = `${q.message} (what you type is not shown):`;
      return new Secret(await answer(q, { prompt, hidden: true, read: (line) => judge(line, q.check) }));
    },

    checklist: async (q) => {
      const isTicked = ({ value }: Choice<string>): boolean => q.ticked.some((ticked) => ticked === value);
      list(
        q.message,
        q.choices.map((choice) => `${described(choice)}${isTicked(choice) ? ' (ticked)' : ''}`),
      );
      const prompt = 'Numbers to tick (1,3 or 1-7), all or none (Enter leaves them as they are):';
      return await answer(q, { prompt, read: (line) => readSeveral(q.choices, line, q.choices.filter(isTicked)) });
    },

    pressKey: async (q) => {
      await answer(q, { prompt: `${q.message}:`, read: () => ({ value: undefined }) });
    },
  };
}

const described = ({ name, hint, recommended = false }: Choice<string>): string =>
  `${name}${recommended ? ' (recommended)' : ''}${hint === undefined ? '' : `: ${hint}`}`;

function judge(text: string, check: Check | undefined): Reading<string> {
  const verdict = check?.(text) ?? true;
  return verdict === true ? { value: text } : { fault: verdict };
}

function readYesOrNo(line: string, preset: boolean): Reading<boolean> {
  const word = line.trim().toLowerCase();
  if (word === '') return { value: preset };
  if ('yes'.startsWith(word)) return { value: true };
  return 'no'.startsWith(word) ? { value: false } : { fault: 'Type yes or no.' };
}

/** A number as it was shown, or a part of one name alone. */
function readOne<T>(choices: readonly Choice<T>[], line: string, preset: Choice<T> | undefined): Reading<T> {
  const typed = line.trim();
  if (typed === '' && preset !== undefined) return { value: preset.value };
  const [named, ...others] = matching(choices, typed);
  const numbered = choices.find((_, index) => String(index + 1) === typed);
  const chosen = numbered ?? (others.length === 0 ? named : undefined);
  return chosen === undefined ? { fault: `${typed} is not one of the numbers.` } : { value: chosen.value };
}

/** `all`, `none`, or numbers and ranges of them: `1,3` `1-7`. */
function readSeveral<T>(
  choices: readonly Choice<T>[],
  line: string,
  preset: readonly Choice<T>[],
): Reading<readonly T[]> {
  const typed = line
    .trim()
    .toLowerCase()
    .replace(/\s*[-–]\s*/gu, '-');
  const valuesOf = (chosen: readonly Choice<T>[]): Reading<readonly T[]> => ({
    value: chosen.map(({ value }) => value),
  });
  if (typed === '') return valuesOf(preset);
  if (typed === 'all') return valuesOf(choices);
  if (typed === 'none' || typed === '0') return valuesOf([]);
  const wanted = new Set<number>();
  for (const part of typed.split(/[\s,]+/u).filter((part) => part !== '')) {
    const [first = 0, last = first] = /^\d+(?:-\d+)?$/u.test(part) ? part.split('-').map(Number) : [];
    if (first < 1 || last > choices.length || last < first) return { fault: `${part} is not one of the numbers.` };
    for (let number = first; number <= last; number += 1) wanted.add(number);
  }
  return valuesOf(choices.filter((_, index) => wanted.has(index + 1)));
}
