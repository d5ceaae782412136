import { Chalk } from 'chalk';
import { isDumb, type Env } from '../ground/env.ts';

const looks = ['bold', 'dim', 'green', 'yellow', 'red', 'cyan'] as const;

/** Functions that color text or, without colors, return it unchanged. */
export type Paint = Readonly<Record<(typeof looks)[number], (text: string) => string>>;

/**
 * `--no-color` (`color: false`) overrides `FORCE_COLOR`, which overrides `NO_COLOR` (no-color.org: any nonempty
 * value) and the stream. Chalk itself ignores `NO_COLOR`.
 */
export function makePaint(settings: { env: Env; stream: { isTTY?: boolean }; color?: boolean | undefined }): Paint {
  const chalk = hasColor(settings) ? new Chalk({ level: 1 }) : undefined;
  // Chalk's functions print all of their arguments, so in a `map` they would print the index too.
  return Object.fromEntries(looks.map((look) => [look, (text: string) => chalk?.[look](text) ?? text])) as Paint;
}

function hasColor({ env, stream, color }: Parameters<typeof makePaint>[0]): boolean {
  if (color === false) return false;
  const forced = env['FORCE_COLOR'] ?? '';
  if (forced !== '') return forced !== '0' && forced !== 'false';
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  return stream.isTTY === true && !isDumb(env);
}
