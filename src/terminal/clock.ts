import type { Clock } from '../ground/io.ts';

/** The machine's clock. An aborted sleep leaves no timer and no listener behind. */
export function makeClock(): Clock {
  return { now: () => Date.now(), monotonic: () => performance.now(), sleep };
}

/** Uses the global timer, because loading `node:timers/promises` would slow down every start. */
async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return;
  await new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end);
  });
}
