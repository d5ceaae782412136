import { openBrowser } from '../../src/desktop/browser-opener.ts';
import { takeEnvironment } from '../../src/ground/env.ts';
import type { Clock } from '../../src/ground/io.ts';
import { makeClock } from '../../src/ground/clock.ts';

/**
 * Runs as a separate program: opens one address, then reports the result and how much longer the process ran. With
 * WATCHED, the opener is watched twenty times longer, because a busy machine may be slow.
 */
const env = takeEnvironment(process.env, process.platform);
const { platform } = process;
const usual = makeClock();
const factor = env['WATCHED'] === '1' ? 20 : 1;
const clock: Clock = { ...usual, sleep: (ms, signal) => usual.sleep(factor * ms, signal) };
const outcome = await openBrowser(process.argv[2] ?? '', { env, platform, clock });
const done = performance.now();
process.once('exit', () => {
  process.stdout.write(JSON.stringify({ outcome, lingered: performance.now() - done }));
});
