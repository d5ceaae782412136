import type { Io } from '../ground/io.ts';
import { canRedraw } from '../ground/env.ts';
import { progressText } from '../output/fleet.ts';

/** How often progress is logged if lines can't be redrawn, in milliseconds. */
const logEvery = 10_000;

/** Shows the progress of `doctor --all`: a bar in a terminal, otherwise a line every 10 seconds. */
export function fleetProgress({ ask, say, clock, env }: Pick<Io, 'ask' | 'say' | 'clock' | 'env'>): {
  readonly update: (done: number, total: number) => void;
  readonly stop: () => void;
} {
  const stopped = new AbortController();
  let known = { done: 0, total: 0, started: clock.monotonic() };
  let bar: { stop(): void } | undefined;
  const text = (): string => progressText({ ...known, elapsed: clock.monotonic() - known.started });
  const draws = canRedraw(env, { isTTY: ask !== null });
  const log = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(logEvery, stopped.signal);
      if (stopped.signal.aborted) return;
      say.line(text());
    }
  };
  return {
    update: (done, total) => {
      if (done === 0) {
        known = { done, total, started: clock.monotonic() };
        if (draws) bar = say.wait(text);
        else void log();
      }
      known = { ...known, done };
    },
    stop: () => {
      stopped.abort();
      bar?.stop();
    },
  };
}
