import { openBrowser } from '../../src/desktop/browser-opener.ts';
import { takeEnvironment } from '../../src/desktop/take-environment.ts';
import { makeClock } from '../../src/terminal/clock.ts';

/** Runs as a separate program: opens one address, then reports the result and how much longer the process ran. */
const env = takeEnvironment(process.env, process.platform);
const { platform } = process;
const outcome = await openBrowser(process.argv[2] ?? '', { env, platform, clock: makeClock() });
const done = performance.now();
process.once('exit', () => {
  process.stdout.write(JSON.stringify({ outcome, lingered: performance.now() - done }));
});
