import type { Run } from '../journeys/run.ts';

/**
 * Matches any character that could control a terminal or change how the text around it reads: control characters,
 * direction marks, other invisible characters and line separators. Newlines are allowed.
 */
const unsafe = /[^\P{C}\n]|[\u2028\u2029]/u;

/** Returns each line of the output that contains such a character, with everything but printable ASCII escaped. */
export function unsafeLines({ stdout, stderr }: Pick<Run, 'stdout' | 'stderr'>): readonly string[] {
  return [...stdout.split('\n'), ...stderr.split('\n')]
    .filter((line) => unsafe.test(line))
    .map((line) => JSON.stringify(line).replace(/[^ -~]/gu, (one) => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`));
}
