import type { Check, Choice } from '../ground/io.ts';

/** An answer, or a sentence that says why the line isn't one. */
export type Reading<T> = { readonly value: T } | { readonly fault: string };

/** An empty line means the default. In a question with a status, it answers '' instead, unchecked. */
export function readText(
  line: string,
  q: { readonly check?: Check; readonly default?: string | undefined; readonly status?: unknown },
): Reading<string> {
  if (line === '' && q.status !== undefined) return { value: '' };
  const text = line || (q.default ?? '');
  const verdict = q.check?.(text) ?? true;
  return verdict === true ? { value: text } : { fault: verdict };
}

export function readYesOrNo(line: string, preset: boolean): Reading<boolean> {
  const word = line.trim().toLowerCase();
  if (word === '') return { value: preset };
  if ('yes'.startsWith(word)) return { value: true };
  return 'no'.startsWith(word) ? { value: false } : { fault: 'Type yes or no.' };
}

export const labelOf = ({ name, recommended = false }: Choice<unknown>): string =>
  recommended ? `${name} (recommended)` : name;

/** The index of the choice that Enter alone selects. */
export function presetOf<T>(q: { readonly choices: readonly Choice<T>[]; readonly default?: T | undefined }): number {
  const named = q.choices.findIndex(({ value }) => value === q.default);
  return Math.max(0, named === -1 ? q.choices.findIndex(({ recommended }) => recommended) : named);
}

/** Reads the number of a choice or a unique part of its name. An empty line means the choice at `preset`. */
export function readOne<T>(choices: readonly Choice<T>[], line: string, preset: number): Reading<T> {
  const typed = line.trim() || String(preset + 1);
  const [named, ...others] = matching(choices, typed);
  const numbered = choices.find((_, index) => String(index + 1) === typed);
  const chosen = numbered ?? (others.length === 0 ? named : undefined);
  if (chosen !== undefined) return { value: chosen.value };
  return named === undefined ? notANumber(typed) : { fault: `“${typed}” fits several choices. Type a number.` };
}

/** Reads `all`, `none`, or numbers and ranges, such as `1,3` or `1-7`. An empty line means `preset`. */
export function readSeveral<T>(values: readonly T[], line: string, preset: readonly T[]): Reading<readonly T[]> {
  const typed = line
    .trim()
    .toLowerCase()
    .replace(/\s*[-–]\s*/gu, '-');
  if (typed === '') return { value: preset };
  if (typed === 'all') return { value: values };
  if (typed === 'none' || typed === '0') return { value: [] };
  const ranges = typed.split(/[\s,]+/u).filter((part) => part !== '');
  if (ranges.length === 0) return notANumber(typed);
  const wanted = new Set<number>();
  for (const range of ranges) {
    const [, first, last = first] = /^(\d+)(?:-(\d+))?$/u.exec(range) ?? [];
    const [from, to] = [Number(first), Number(last)];
    const isRange = from >= 1 && from <= to && to <= values.length;
    if (!isRange) return notANumber(range);
    for (let number = from; number <= to; number += 1) wanted.add(number);
  }
  return { value: values.filter((_, index) => wanted.has(index + 1)) };
}

const notANumber = (typed: string): { readonly fault: string } => ({ fault: `${typed} isn’t one of the numbers.` });

/** The choices whose name contains the term, ignoring case and accents. Names that start with it come first. */
export function matching<C extends { readonly name: string }>(choices: readonly C[], term: string): readonly C[] {
  const position = ({ name }: C): number => folded(name).indexOf(folded(term.trim()));
  const found = choices.filter((choice) => position(choice) >= 0);
  return found.sort((one, other) => Math.sign(position(one)) - Math.sign(position(other)));
}

const folded = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase();
