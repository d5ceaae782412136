import type { Clock } from '../ground/io.ts';
import { readable, type Glyphs } from './glyphs.ts';
import type { Screen } from './screen.ts';
import { wrap } from './width.ts';

interface StatusSettings {
  readonly screen: Screen;
  readonly glyphs: Glyphs;
  readonly clock: Clock;
}

/**
 * Shows a status, and calls `text` again every second until it is stopped. If nothing can be redrawn, prints it once.
 */
export function showStatus({ screen, glyphs, clock }: StatusSettings, text: () => string): { stop(): void } {
  const lines = (): readonly string[] =>
    text()
      .split('\n')
      .map((line) => readable(line, glyphs));
  if (!screen.redraws) {
    screen.print(
      lines()
        .flatMap((line) => wrap(line, screen.width))
        .join('\n'),
    );
    return { stop: () => undefined };
  }
  const stopped = new AbortController();
  const tick = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      screen.setStatus(stopped, lines().join('\n'));
      await clock.sleep(1000, stopped.signal);
    }
  };
  void tick();
  return {
    stop: () => {
      stopped.abort();
      screen.setStatus(stopped, null);
    },
  };
}
