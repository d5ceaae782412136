import { existsSync } from 'node:fs';
import type { Env } from '../ground/env.ts';
import type { Command } from './run-program.ts';

/**
 * The programs in `BROWSER`, to try in order: paths or names separated by `:` (`;` on Windows), with optional
 * arguments, and `%s` for the address, which otherwise comes last. They are split like in a shell, but no shell runs
 * them. A final `&` is dropped, because nothing waits for the program anyway. `null`: the variable isn't set.
 */
export function browserCommands(env: Env, platform: NodeJS.Platform, url: string): readonly Command[] | null {
  const value = env['BROWSER']?.trim() ?? '';
  if (value === '') return null;
  const entries = existsSync(value) ? [value] : pieces(value, platform === 'win32' ? /;/ : /:/, platform);
  return entries.flatMap((entry) => {
    const [program, ...args] = wordsOf(entry.trim(), platform);
    if (program === undefined) return [];
    const words: Command = [program, ...args];
    if (!entry.includes('%s')) return [[...words, url]];
    return [words.map((word) => word.replaceAll('%s', () => url)) as unknown as Command];
  });
}

/** The path of an existing file is one word, even if it contains unquoted spaces. */
function wordsOf(entry: string, platform: NodeJS.Platform): readonly string[] {
  const command = entry.replace(/(^|[^\\])\s*&$/u, '$1').trim();
  const ends = [...command.matchAll(/\s+|$/gu)].map(({ index }) => index).reverse();
  const end = /[\\/]/u.test(command) ? ends.find((index) => existsSync(command.slice(0, index))) : undefined;
  const split = (text: string): readonly string[] =>
    pieces(text, /\s/, platform)
      .filter((word) => word !== '')
      .map((word) => unquoted(word, platform));
  return end === undefined || end === 0 ? split(command) : [command.slice(0, end), ...split(command.slice(end))];
}

/**
 * A quoted text, an escaped character, or any other character. On Windows, backslashes belong to paths, and quotes are
 * double.
 */
const unit = /'[^']*'?|"(?:\\[^]|[^"\\])*"?|\\[^]?|[^]/gu;
const unitOnWindows = /"[^"]*"?|[^]/gu;
const units = (text: string, platform: NodeJS.Platform): readonly string[] =>
  text.match(platform === 'win32' ? unitOnWindows : unit) ?? [];

/** `text` split at every separator outside quotes. */
function pieces(text: string, separator: RegExp, platform: NodeJS.Platform): readonly string[] {
  const found = [''];
  for (const each of units(text, platform)) {
    if (each.length === 1 && separator.test(each)) found.push('');
    else found.push((found.pop() ?? '') + each);
  }
  return found;
}

function unquoted(word: string, platform: NodeJS.Platform): string {
  return units(word, platform)
    .map((each) => {
      if (each.startsWith('"')) {
        const inside = each.replace(/^"|"$/gu, '');
        return platform === 'win32' ? inside : inside.replace(/\\(["\\$`])/gu, '$1');
      }
      if (platform === 'win32') return each;
      return each.startsWith("'") ? each.replace(/^'|'$/gu, '') : each.replace(/^\\/u, '');
    })
    .join('');
}
