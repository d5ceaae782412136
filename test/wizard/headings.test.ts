import { expect, test } from 'vitest';
import { waitingText } from '../../src/wizard/steps/capture-redirect.ts';
import type { Person } from './person.ts';
import { flags, readySeller } from './scripts.ts';
import { wizardWorld } from './world.ts';

const headings = ({ shown }: Person): readonly string[] => shown.filter((text) => text.startsWith('# '));

test('a step without messages or questions has no heading', async () => {
  const world = await wizardWorld();
  const { person } = await world.run({ answers: { ...flags(world), yes: true } });
  expect(headings(person).map((text) => text.slice(2))).toEqual([
    'Step 4 of 6 · Credentials',
    'Step 5 of 6 · Authorize',
    'Step 6 of 6 · Finish in OttoKit',
  ]);
});

test('a step with questions has one heading, before its first message', async () => {
  const world = await wizardWorld();
  const { person } = await world.run({ script: readySeller(world) });
  expect(headings(person)).toHaveLength(6);
  expect(person.shown.indexOf('# Step 2 of 6 · The app')).toBeLessThan(
    person.shown.findIndex((text) => text.startsWith('1. In Partner Center')),
  );
});

test('a demo never says that anything is kept', async () => {
  const kept = /kept/;
  const [real, demo] = [await wizardWorld(), await wizardWorld()];
  const inEarnest = await real.run({ script: readySeller(real) });
  expect(inEarnest.person.shown.join('\n')).toMatch(kept);
  const played = await demo.run({ script: readySeller(demo), isDemo: true });
  expect(played.person.shown.join('\n')).not.toMatch(kept);
  expect(waitingText(60_000, true)).toBe('Waiting for TikTok Shop, 1:00 left (Ctrl-C quits)');
});
