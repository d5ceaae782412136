import type { Readable, Writable } from 'node:stream';

/** stdin, as far as the program uses it. */
export type TerminalInput = Readable & {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
  /** Waiting for input keeps the program running, unless `unref` was called. */
  ref?(): unknown;
  unref?(): unknown;
};

/** stdout or stderr, as far as the program uses it. */
export type TerminalOutput = Writable & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};
