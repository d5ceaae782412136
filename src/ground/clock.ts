import type { Clock } from './io.ts';

export const makeClock = (): Clock => ({ now: () => Date.now(), monotonic: () => performance.now(), sleep });

/** Doesn't use `node:timers/promises`, because loading it would slow down every command. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
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
