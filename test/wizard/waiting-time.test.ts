import { expect, test } from 'vitest';
import { flags } from './scripts.ts';
import { realClock, wizardWorld } from './world.ts';

test('the remaining time of a wait never exceeds its limit, even if the computer’s clock is set back', async () => {
  const world = await wizardWorld();
  let steps = 0;
  const clock = { ...realClock, now: () => Date.now() - 5_000 * (steps += 1) };
  const { person } = await world.run({
    clock,
    answers: { ...flags(world), capture: 'listener', timeout: 20_000, yes: true },
  });
  const waits = person.shown.filter((line) => /^wait: .* left/.test(line));
  expect(waits.join('\n')).toMatch(/ 0:20 left/);
  expect(steps).toBeGreaterThan(1);
});
