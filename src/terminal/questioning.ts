import { fail } from '../errors.ts';
import type { Question } from '../io.ts';
import { Keys } from './keys.ts';
import { markPastes } from './restore.ts';
import type { Screen } from './screen.ts';
import { watchStops, type OwnProcess } from './stops.ts';
import type { TerminalInput } from './streams.ts';

export interface Place {
  readonly stdin: TerminalInput;
  readonly screen: Screen;
  /** Withdraws every question, with its reason. */
  readonly signal: AbortSignal;
  /** Whether the terminal marks pastes on request; a dumb one does not. */
  readonly marksPastes: boolean;
  readonly own: OwnProcess;
}

/** What one question is asked with. `signal` withdraws it. */
export interface Asked {
  readonly keys: Keys;
  readonly signal: AbortSignal;
}

/**
 * Puts one question, and leaves stdin as it was.
 * @throws the reason of the question's signal or of the place's; Failure interrupted, on Ctrl-C and when stdin ends
 */
export async function put<T>(place: Place, question: Question, ask: (asked: Asked) => Promise<T>): Promise<T> {
  const withdrawn = new AbortController();
  const release = forward([place.signal, question.signal], withdrawn);
  const stops = watchStops(place);
  const keys = new Keys(place.stdin, {
    onEnd: () => {
      withdrawn.abort(fail('interrupted', {}));
    },
    onStop: () => {
      stops.stop();
    },
  });
  try {
    withdrawn.signal.throwIfAborted();
    if (place.marksPastes) place.screen.control(markPastes.on);
    return await ask({ keys, signal: withdrawn.signal });
  } catch (thrown) {
    withdrawn.signal.throwIfAborted();
    throw isCtrlC(thrown) ? fail('interrupted', {}) : thrown;
  } finally {
    release();
    stops.end();
    keys.release();
    if (place.marksPastes) place.screen.control(markPastes.off);
  }
}

/** @inquirer/core's; by its name, because its class is loaded with it. */
function isCtrlC(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'ExitPromptError';
}

function forward(sources: readonly (AbortSignal | undefined)[], target: AbortController): () => void {
  const releases = sources.map((source) => {
    const abort = (): void => {
      target.abort(source?.reason);
    };
    if (source?.aborted === true) abort();
    source?.addEventListener('abort', abort);
    return () => source?.removeEventListener('abort', abort);
  });
  return () => {
    for (const release of releases) release();
  };
}
