import type { Writable } from 'node:stream';
import type { Directories } from '../ground/directories.ts';
import type { Env } from '../ground/env.ts';
import type { TerminalOutput } from '../ground/streams.ts';

/** stdout as far as it matters for formatting; empty if it is no terminal. */
export type Stdout = Pick<TerminalOutput, 'isTTY' | 'columns' | 'rows'>;

/** The process, and what its end needs to know. */
export interface Surroundings {
  readonly version: string;
  /** Its streams are opened when they are first read. */
  readonly own: NodeJS.Process;
  readonly stdout: () => Stdout;
  /** Prints on stdout as it is. */
  readonly write: (text: string) => void;
  readonly directories: (env: Env) => Directories;
  /** Aborted by an interruption. */
  readonly signal: AbortSignal;
  /** Streams to drain before the process ends. */
  readonly opened: Writable[];
  /** `close` ends those under way. */
  readonly requests: { underWay: number; close: () => void };
}
