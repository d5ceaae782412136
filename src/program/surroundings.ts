import type { Writable } from 'node:stream';
import type { Directories } from '../ground/directories.ts';
import type { Env } from '../ground/env.ts';
import type { TerminalOutput } from '../ground/streams.ts';

/** What formatting needs to know about stdout; empty if it isn't a terminal. */
export type Stdout = Pick<TerminalOutput, 'isTTY' | 'columns' | 'rows'>;

/** The process, and what main.ts needs to end it. */
export interface Surroundings {
  readonly version: string;
  /** Its streams are opened on first access. */
  readonly own: NodeJS.Process;
  readonly stdout: () => Stdout;
  /** Prints on stdout unchanged. */
  readonly write: (text: string) => void;
  readonly directories: (env: Env) => Directories;
  /** Aborted by an interruption. */
  readonly signal: AbortSignal;
  /** Streams to drain before the process ends. */
  readonly opened: Writable[];
  /** `close` ends the pending ones. */
  readonly requests: { underWay: number; close: () => void };
}
