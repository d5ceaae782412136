import type { Clock } from '../ground/io.ts';
import type { QuestionSettings } from './questioning.ts';
import type { Screen } from './screen.ts';
import { readable } from './typography.ts';

/** Shows a status, and calls `text` again every second until it is stopped. Where nothing is drawn over, prints it once. */
export function showStatus({ screen, clock }: { screen: Screen; clock: Clock }, text: () => string): { stop(): void } {
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
  { host: { screen }, glyphs, clock }: Pick<QuestionSettings, 'host' | 'glyphs' | 'clock'>,
  text: (() => string) | undefined,
  ask: () => Promise<T>,
): Promise<T> {
  if (text === undefined) return await ask();
  const lines = (): readonly string[] => text().split('\n');
  const status = showStatus({ screen, clock }, () =>
    lines()
      .map((line) => readable(line, glyphs))
      .join('\n'),
  );
  try {
    return await ask();
  } finally {
    status.stop();
  }
}
