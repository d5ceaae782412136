import { Chalk } from 'chalk';
import { isAccessible, isDumb, type Env } from '../ground/env.ts';
import { sanitizeForTerminal } from '../ground/sanitize.ts';

export interface Style {
  readonly paint: Paint;
  readonly glyphs: Glyphs;
}

/** Marks before lines and in questions: as glyphs, in ASCII, or as words for screen readers. */
const table = {
  pass: ['✔', '[ok]', 'ok:'],
  warn: ['▲', '[!]', 'warning:'],
  fail: ['✖', '[x]', 'error:'],
  skip: ['-', '[-]', 'skipped:'],
  question: ['?', '?', 'question:'],
  pointer: ['❯', '>', '>'],
  ticked: ['◉', '[x]', '[x]'],
  unticked: ['◯', '[ ]', '[ ]'],
  mask: ['•', '*', '*'],
  wait: ['… ', '... ', ''],
} as const;

export type Glyphs = Readonly<ReturnType<typeof glyphsFor>>;

export function glyphsFor({ env, platform }: { env: Env; platform: NodeJS.Platform }) {
  const inWords = isAccessible(env);
  const typographic = showsUnicode(env, platform) && (inWords || !isDumb(env));
  const form = inWords ? 2 : typographic ? 0 : 1;
  const marks = Object.entries(table).map(([mark, forms]) => [mark, forms[form]]);
  return { ...(Object.fromEntries(marks) as Record<keyof typeof table, string>), typographic };
}

/** Checks the locale or, on Windows without one, the terminal. The Linux console's fonts have few of the marks. */
function showsUnicode(env: Env, platform: NodeJS.Platform): boolean {
  if (env['TERM']?.startsWith('linux') === true) return false;
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => value !== undefined && value !== '');
  if (locale === undefined && platform === 'win32') return 'WT_SESSION' in env || 'TERM_PROGRAM' in env;
  return /utf-?8/iu.test(locale ?? '');
}

/** The ASCII forms of the special characters in the program's own text. */
const plainForms = [
  [/[“”]/gu, '"'],
  [/[‘’]/gu, "'"],
  [/[–—·]/gu, '-'],
  [/•/gu, '*'],
  [/→/gu, '->'],
  [/…/gu, '...'],
  [/↑↓/gu, 'up/down'],
  [/⏎/gu, 'enter'],
] as const;

/** Replaces quotes, dashes and arrows that this terminal can't show. Keeps letters, so that names aren't garbled. */
export const typeset = (text: string, { typographic }: Pick<Glyphs, 'typographic'>): string =>
  typographic ? text : plainForms.reduce((shown, [form, plain]) => shown.replace(form, plain), text);

/** Makes any text one line that is safe to show on this terminal. */
export const readable = (text: string, glyphs: Glyphs): string => typeset(sanitizeForTerminal(text), glyphs);

const looks = ['bold', 'dim', 'green', 'yellow', 'red', 'cyan'] as const;

/** Functions that color text or, without colors, return it unchanged. */
export type Paint = Readonly<Record<(typeof looks)[number], (text: string) => string>>;

/** `color: false` overrides `FORCE_COLOR`, which overrides `NO_COLOR` (no-color.org) and the stream. */
export function makePaint(settings: { env: Env; stream: { isTTY?: boolean }; color?: boolean | undefined }): Paint {
  const chalk = hasColor(settings) ? new Chalk({ level: 1 }) : undefined;
  // Chalk's functions join all of their arguments, so in a `map` they would add the index.
  return Object.fromEntries(looks.map((look) => [look, (text: string) => chalk?.[look](text) ?? text])) as Paint;
}

function hasColor({ env, stream, color }: Parameters<typeof makePaint>[0]): boolean {
  if (color === false) return false;
  const forced = env['FORCE_COLOR'] ?? '';
  if (forced !== '') return forced !== '0' && forced !== 'false';
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  return stream.isTTY === true && !isDumb(env);
}
