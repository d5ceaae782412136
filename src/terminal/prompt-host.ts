import type { TerminalInput } from '../ground/streams.ts';
import type { Screen } from './screen.ts';

/** This program's process, as far as a terminal's keys and a shell's job control are concerned. */
export type OwnProcess = Pick<NodeJS.Process, 'platform' | 'kill' | 'on' | 'emit'>;

/** The terminal that questions are asked on. */
export interface PromptHost {
  readonly stdin: TerminalInput;
  readonly screen: Screen;
  /** Withdraws every question, with its reason. */
  readonly signal: AbortSignal;
  /** Whether the terminal marks pastes on request; a dumb one does not. */
  readonly marksPastes: boolean;
  readonly own: OwnProcess;
}
