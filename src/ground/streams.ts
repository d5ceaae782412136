import type { Readable, Writable } from 'node:stream';
import type { Env } from './env.ts';

/** stdin, as far as the program uses it. */
export type TerminalInput = Readable & {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
  /** Whether waiting for input keeps the program running; it does unless `unref` was called. */
  ref?(): unknown;
  unref?(): unknown;
};

/** stdout or stderr, as far as the program uses it. */
export type TerminalOutput = Writable & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

/** Whether a variable is set to something other than an empty text, `0` or `false`. */
function isOn(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value.toLowerCase());
}

/** Words instead of glyphs, and no redrawn lines: for screen readers and braille displays. */
export function isAccessible(env: Env): boolean {
  return isOn(env['ACCESSIBLE']);
}

/** A terminal that can't move its cursor, such as a shell inside Emacs. */
export function isDumb(env: Env): boolean {
  return env['TERM']?.startsWith('dumb') === true;
}

/** Whether lines may be redrawn: on a person's terminal that supports it, and not in a log. */
export function canRedraw(env: Env, stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true && !isAccessible(env) && !isDumb(env) && !isOn(env['CI']);
}
