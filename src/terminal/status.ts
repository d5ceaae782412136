import type { Clock } from '../ground/io.ts';
import type { Screen } from './screen.ts';

/**
 * Shows a status, made `readable`, and calls `text` again every second until it is stopped. Where nothing is drawn over,
 * prints it once.
 */
export function showStatus(
  { screen, clock, lead = '' }: { screen: Screen; clock: Clock; lead?: string },
  text: () => string,
  readable: (text: string) => string,
): { stop(): void } {
  const shown = (): string => lead + readable(text());
  if (!screen.redraws) {
    screen.print(shown());
    return { stop: () => undefined };
  }
  const stopped = new AbortController();
  const tick = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      screen.setStatus(stopped, shown());
      await clock.sleep(1000, stopped.signal);
    }
  };
  void tick();
  return {
    stop: () => {
      if (stopped.signal.aborted) return;
      stopped.abort();
      screen.setStatus(stopped, null);
    },
  };
}
