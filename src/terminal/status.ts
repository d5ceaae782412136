import type { Clock } from '../ground/io.ts';
import type { Glyphs } from './glyphs.ts';
import type { Screen } from './screen.ts';
import { readable } from './typography.ts';

interface StatusPlace {
  readonly screen: Screen;
  readonly clock: Clock;
}

/** Shows a status, and calls `text` again every second until it is stopped. Where nothing is drawn over, prints it once. */
export function showStatus({ screen, clock }: StatusPlace, text: () => string): { stop(): void } {
  if (!screen.redraws) {
    screen.print(text());
    return { stop: () => undefined };
  }
  const stopped = new AbortController();
  const tick = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      screen.setStatus(stopped, text());
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

/** Shows a question's status, if it has one, until it is answered or withdrawn. */
export async function withStatus<T>(
  place: StatusPlace & { readonly glyphs: Glyphs },
  text: (() => string) | undefined,
  ask: () => Promise<T>,
): Promise<T> {
  if (text === undefined) return await ask();
  const lines = (): string[] => text().split('\n');
  const status = showStatus(place, () =>
    lines()
      .map((line) => readable(line, place.glyphs))
      .join('\n'),
  );
  try {
    return await ask();
  } finally {
    status.stop();
  }
}
