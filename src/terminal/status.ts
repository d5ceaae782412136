import type { Clock } from '../ground/io.ts';
import type { Screen } from './screen.ts';

/** Shows a status line, made `readable`, asked again every second, until it is stopped; where nothing is drawn over, one line for good. */
export function showStatus(
  { screen, clock, lead = '' }: { screen: Screen; clock: Clock; lead?: string },
  text: () => string,
  readable: (text: string) => string,
): { stop(): void } {
  if (!screen.redraws) {
    screen.print(`${lead}${readable(text())}`);
    return { stop: () => undefined };
  }
  const stopped = new AbortController();
  const tick = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      screen.setStatus(stopped, `${lead}${readable(text())}`);
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
