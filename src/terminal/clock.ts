import { setTimeout } from 'node:timers/promises';
import { defined } from '../ground/defined.ts';
import type { Clock } from '../ground/io.ts';

/** The machine's clock. A sleep that was cut short leaves no timer and no listener behind. */
export function makeClock(): Clock {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    sleep: async (ms, signal) => {
      await setTimeout(ms, undefined, defined({ signal })).catch(() => undefined);
    },
  };
}
