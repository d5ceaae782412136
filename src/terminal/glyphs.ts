import type { Env } from '../ground/env.ts';
import { isAccessible, isDumb } from './streams.ts';

/** Marks in front of lines and in questions: as glyphs, in ASCII, and as words where glyphs are not read well. */
const table = {
  pass: ['✔', '[ok]', 'ok:'],
  warn: ['▲', '[!]', 'warning:'],
  fail: ['✖', '[x]', 'error:'],
  skip: ['-', '[-]', 'skipped:'],
  question: ['?', '?', 'question:'],
  pointer: ['❯', '>', '>'],
  ticked: ['◉', '[x]', '[x]'],
  unticked: ['◯', '[ ]', '[ ]'],
  /** In place of each character of a secret. */
  mask: ['•', '*', '*'],
  /** In front of a wait, with its space. */
  wait: ['… ', '... ', ''],
  ellipsis: ['…', '...', '...'],
} as const;

type Mark = keyof typeof table;

export interface Glyphs extends Readonly<Record<Mark, string>> {
  /** Whether quotes, dashes and arrows of typography are shown as such. */
  readonly typographic: boolean;
}

/** The marks that this terminal and its reader can read. */
export function glyphsFor({ env, platform }: { env: Env; platform: NodeJS.Platform }): Glyphs {
  const isUnicode = readsUnicode(env, platform);
  if (isAccessible(env)) return { ...marksIn(2), typographic: isUnicode };
  const typographic = isUnicode && !isDumb(env);
  return { ...marksIn(typographic ? 0 : 1), typographic };
}

function marksIn(form: 0 | 1 | 2): Record<Mark, string> {
  const marks = Object.entries(table).map(([mark, forms]) => [mark, forms[form]]);
  return Object.fromEntries(marks) as Record<Mark, string>;
}

/** By the locale; on Windows, which sets none, by the terminal. The fonts of a Linux console lack most marks. */
function readsUnicode(env: Env, platform: NodeJS.Platform): boolean {
  if (env['TERM'] === 'linux') return false;
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => value !== undefined && value !== '');
  if (locale === undefined && platform === 'win32') return 'WT_SESSION' in env || 'TERM_PROGRAM' in env;
  return /utf-?8/iu.test(locale ?? '');
}
