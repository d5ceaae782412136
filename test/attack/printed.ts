import type { Run } from '../journeys/run.ts';

/**
 * Every character that could control a terminal or change how the characters around it read: control characters
 * including escape, direction marks, other invisible characters, line separators. The program's own line ends don't
 * count.
 */
const unsafe = /[^\P{C}\n]|[\u2028\u2029]/u;

/** Each line of a run's output that contains such a character, with these characters spelled out. */
export function unsafeLines({ stdout, stderr }: Pick<Run, 'stdout' | 'stderr'>): readonly string[] {
  return [...stdout.split('\n'), ...stderr.split('\n')]
    .filter((line) => unsafe.test(line))
    .map((line) => JSON.stringify(line).replace(/[^ -~]/gu, (one) => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`));
}
