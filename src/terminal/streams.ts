import type { Readable, Writable } from 'node:stream';

export type Env = Readonly<Record<string, string | undefined>>;

/** stdin, as far as it is used here. */
export type TerminalInput = Readable & {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
  /** Whether waiting for input keeps the program running; it does unless `unref` was called. */
  ref?(): unknown;
  unref?(): unknown;
};

/** stdout or stderr, as far as it is used here. */
export type TerminalOutput = Writable & {
  readonly isTTY?: boolean;
  readonly columns?: number;
};

/** Whether a variable is set to anything but nothing, `0` or `false`. */
function isOn(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value.toLowerCase());
}

/** Words in place of glyphs, and no line that is drawn over: for screen readers and braille displays. */
export function isAccessible(env: Env): boolean {
  return isOn(env['ACCESSIBLE']);
}

/** A terminal that understands no escape sequences. */
export function isDumb(env: Env): boolean {
  return env['TERM'] === 'dumb';
}

/** Whether lines may be drawn over: by a person's terminal that can, and not in a log. */
export function canRedraw(env: Env, stream: TerminalOutput): boolean {
  return stream.isTTY === true && !isAccessible(env) && !isDumb(env) && !isOn(env['CI']);
}
