import type { Run } from '../journeys/run.ts';

/**
 * Everything that could steer a terminal or change how its neighbours read: controls (escape among them), marks of
 * direction and other invisible characters, separators of lines. Line ends are ours.
 */
const unsafe = /[^\P{C}\n]|[\u2028\u2029]/u;

/** Each line of a run's output that holds such a character, with the characters spelt out. */
export function unsafeLines({ stdout, stderr }: Pick<Run, 'stdout' | 'stderr'>): readonly string[] {
  return [...stdout.split('\n'), ...stderr.split('\n')]
    .filter((line) => unsafe.test(line))
    .map((line) => JSON.stringify(line).replace(/[^ -~]/gu, (one) => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`));
}
