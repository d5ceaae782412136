import { existsSync } from 'node:fs';
import type { Env } from '../ground/env.ts';
import type { Command } from './run-program.ts';

/**
 * Returns the commands in `BROWSER`, to try in order; `null` if it isn't set. They are separated by `:` (`;` on
 * Windows) and can have arguments, where `%s` is the address, which otherwise comes last. Quoting works as in a shell,
 * but no shell runs them. A final `&` is dropped, because nothing waits for the program anyway.
 */
export function browserCommands(env: Env, platform: NodeJS.Platform, url: string): readonly Command[] | null {
  const value = env['BROWSER']?.trim() ?? '';
  if (value === '') return null;
  const entries = existsSync(value) ? [value] : partsOf(value, platform === 'win32' ? ';' : ':', platform);
  return entries.flatMap((entry) => {
    const [program, ...args] = wordsOf(entry.trim(), platform);
    if (program === undefined) return [];
    const words: Command = [program, ...args];
    if (!entry.includes('%s')) return [[...words, url]];
    return [words.map((word) => word.replaceAll('%s', () => url)) as unknown as Command];
  });
}

/** Splits a command into words. The path of an existing file is one word, even if it contains unquoted spaces. */
function wordsOf(entry: string, platform: NodeJS.Platform): readonly string[] {
  const command = entry.replace(/(^|[^\\])\s*&$/u, '$1').trim();
  const ends = [...command.matchAll(/\s+|$/gu)].map(({ index }) => index).reverse();
  const end = /[\\/]/u.test(command) ? ends.find((index) => existsSync(command.slice(0, index))) : undefined;
  const words = partsOf(command.slice(end ?? 0), '\\s', platform).map((word) => unquoted(word, platform));
  return end === undefined ? words : [command.slice(0, end), ...words];
}

/** Text in single quotes, in double quotes, or after a backslash. */
const quoting = /'([^']*)'?|"((?:\\[^]|[^"\\])*)"?|\\([^]?)/gu;
/** Text in double quotes. On Windows, backslashes and single quotes belong to paths. */
const quotingOnWindows = /"([^"]*)"?/gu;

/** Splits text at unquoted separators. */
function partsOf(text: string, separator: string, platform: NodeJS.Platform): readonly string[] {
  const { source } = platform === 'win32' ? quotingOnWindows : quoting;
  return text.match(new RegExp(`(?:${source}|[^${separator}])+`, 'gu')) ?? [];
}

function unquoted(word: string, platform: NodeJS.Platform): string {
  if (platform === 'win32') return word.replace(quotingOnWindows, '$1');
  return word.replace(
    quoting,
    (_, single?: string, double?: string, escaped?: string) =>
      single ?? double?.replace(/\\(["\\$`])/gu, '$1') ?? escaped ?? '',
  );
}
