import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { makeClock } from '../../src/ground/clock.ts';

const clock = makeClock();

test('a sleep lasts as long as requested', async () => {
  const started = clock.monotonic();
  await clock.sleep(30);
  expect(clock.monotonic() - started).toBeGreaterThanOrEqual(29);
});

test('an aborted sleep ends at once, without an error, and leaves no timer or listener behind', async () => {
  const controller = new AbortController();
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  const sleeping = clock.sleep(60_000, controller.signal);
  expect(timers()).toBe(before + 1);

  controller.abort(new Error('enough'));
  await sleeping;

  expect(timers()).toBe(before);
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  await clock.sleep(60_000, controller.signal);
});

test('a finished sleep no longer listens to its signal', async () => {
  const { signal } = new AbortController();
  await clock.sleep(1, signal);
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});
