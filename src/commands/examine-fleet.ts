import type { DoctorInput } from '../doctor/computer-facts.ts';
import { diagnoseFleet, type FleetDiagnosis } from '../doctor/fleet.ts';
import { canRedraw } from '../ground/env.ts';
import type { Io } from '../ground/io.ts';
import { progressText } from '../output/fleet.ts';

/** How often progress is logged if lines can't be redrawn, in milliseconds. */
const logEvery = 10_000;

/** Examines many profiles, and shows its progress: a bar in a terminal, otherwise a line every 10 seconds. */
export async function examineFleet(
  input: DoctorInput,
  choice: { readonly pattern: string; readonly concurrency: number },
  { ask, say, clock, env }: Pick<Io, 'ask' | 'say' | 'clock' | 'env'>,
): Promise<FleetDiagnosis> {
  const over = new AbortController();
  let known = { done: 0, total: 0, started: 0 };
  let bar: { stop(): void } | undefined;
  const text = (): string => progressText({ ...known, elapsed: clock.monotonic() - known.started });
  const log = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(logEvery, over.signal);
      if (over.signal.aborted) return;
      say.line(text());
    }
  };
  const onProgress = (done: number, total: number): void => {
    known = { done, total, started: done === 0 ? clock.monotonic() : known.started };
    if (done > 0) return;
    if (canRedraw(env, { isTTY: ask !== null })) bar = say.wait(text);
    else void log();
  };
  return await diagnoseFleet(input, { ...choice, onProgress }).finally(() => {
    over.abort();
    bar?.stop();
  });
}
