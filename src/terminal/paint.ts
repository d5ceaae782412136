import type { Env } from '../ground/env.ts';
import { Chalk } from 'chalk';
import { isAccessible, isDumb } from './streams.ts';

type Color = (text: string) => string;

/** Colors, or functions that return their text unchanged. No meaning is in a color alone. */
export interface Paint {
  readonly bold: Color;
  readonly dim: Color;
  readonly green: Color;
  readonly yellow: Color;
  readonly red: Color;
  readonly cyan: Color;
}

const unchanged: Color = (text) => text;
const plain: Paint = {
  bold: unchanged,
  dim: unchanged,
  green: unchanged,
  yellow: unchanged,
  red: unchanged,
  cyan: unchanged,
};

/**
 * Colors for a stream. `color` is `false` with `--no-color`, which is stronger than `FORCE_COLOR`, which is stronger
 * than `NO_COLOR` (no-color.org: set to anything but nothing) and than what the stream is. Chalk alone ignores
 * `NO_COLOR`.
 */
export function makePaint(settings: {
  env: Env;
  stream: { readonly isTTY?: boolean };
  color?: boolean | undefined;
}): Paint {
  if (!hasColor(settings)) return plain;
  const chalk = new Chalk({ level: 1 });
  // Chalk's own take any number of texts, so that one given to `map` would print the index too.
  return {
    bold: (text) => chalk.bold(text),
    dim: (text) => chalk.dim(text),
    green: (text) => chalk.green(text),
    yellow: (text) => chalk.yellow(text),
    red: (text) => chalk.red(text),
    cyan: (text) => chalk.cyan(text),
  };
}

function hasColor({ env, stream, color }: Parameters<typeof makePaint>[0]): boolean {
  if (color === false) return false;
  const forced = env['FORCE_COLOR'] ?? '';
  if (forced !== '') return forced !== '0' && forced !== 'false';
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  return stream.isTTY === true && !isDumb(env);
}

/** Marks in front of lines and in questions; words where glyphs are not read well. */
export interface Glyphs {
  readonly pass: string;
  readonly warn: string;
  readonly fail: string;
  readonly skip: string;
  readonly question: string;
  readonly pointer: string;
  readonly ticked: string;
  readonly unticked: string;
  /** In place of each character of a secret. */
  readonly mask: string;
  /** In front of a wait; empty where words are used. */
  readonly wait: string;
  readonly ellipsis: string;
  /** Whether quotes, dashes and arrows of typography are shown as such. */
  readonly typographic: boolean;
}

const unicode: Glyphs = {
  pass: '✔',
  warn: '▲',
  fail: '✖',
  skip: '-',
  question: '?',
  pointer: '❯',
  ticked: '◉',
  unticked: '◯',
  mask: '•',
  wait: '…',
  ellipsis: '…',
  typographic: true,
};

const ascii: Glyphs = {
  pass: '[ok]',
  warn: '[!]',
  fail: '[x]',
  skip: '[-]',
  question: '?',
  pointer: '>',
  ticked: '[x]',
  unticked: '[ ]',
  mask: '*',
  wait: '...',
  ellipsis: '...',
  typographic: false,
};

const words: Glyphs = {
  ...ascii,
  pass: 'ok:',
  warn: 'warning:',
  fail: 'error:',
  skip: 'skipped:',
  question: 'question:',
  wait: '',
};

/** The marks that this terminal and its reader can read. */
export function glyphsFor({ env, platform }: { env: Env; platform: NodeJS.Platform }): Glyphs {
  if (isAccessible(env)) return { ...words, typographic: readsUnicode(env, platform) };
  return isDumb(env) || !readsUnicode(env, platform) ? ascii : unicode;
}

/** By the locale; on Windows, which sets none, by the terminal. The fonts of a Linux console lack most marks. */
function readsUnicode(env: Env, platform: NodeJS.Platform): boolean {
  if (env['TERM'] === 'linux') return false;
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => value !== undefined && value !== '');
  if (locale === undefined && platform === 'win32') return 'WT_SESSION' in env || 'TERM_PROGRAM' in env;
  return /utf-?8/iu.test(locale ?? '');
}
