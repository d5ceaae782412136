import { Chalk } from 'chalk';
import { isDumb, type Env } from '../ground/env.ts';

const looks = ['bold', 'dim', 'green', 'yellow', 'red', 'cyan'] as const;

/** Colors, or functions that return their text unchanged. Color never carries the meaning alone. */
export type Paint = Readonly<Record<(typeof looks)[number], (text: string) => string>>;

/**
 * Colors for a stream. `--no-color` (`color: false`) overrides `FORCE_COLOR`, which overrides `NO_COLOR` (no-color.org:
 * anything but an empty text) and what the stream can show. Chalk alone ignores `NO_COLOR`.
 */
export function makePaint(settings: { env: Env; stream: { isTTY?: boolean }; color?: boolean | undefined }): Paint {
  const chalk = hasColor(settings) ? new Chalk({ level: 1 }) : undefined;
  // Chalk's functions take any number of texts, so one passed to `map` would print the index too.
  return Object.fromEntries(looks.map((look) => [look, (text: string) => chalk?.[look](text) ?? text])) as Paint;
}

function hasColor({ env, stream, color }: Parameters<typeof makePaint>[0]): boolean {
  if (color === false) return false;
  const forced = env['FORCE_COLOR'] ?? '';
  if (forced !== '') return forced !== '0' && forced !== 'false';
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  return stream.isTTY === true && !isDumb(env);
}
