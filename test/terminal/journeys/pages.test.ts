import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStore } from '../../../src/store/open-store.ts';
import { connected, realClock } from '../../store/child-setting.ts';
import { newJourney } from './terminal-journey.ts';
import { noTerminals, skipOnWindows } from '../../tools/systems.ts';

skipOnWindows(noTerminals);

test('many profiles are shown page by page until q is pressed, and a few all at once', async ({ onTestFinished }) => {
  const journey = await newJourney(onTestFinished);
  const { configDirectory, home } = journey.machine;
  const store = await openStore({
    io: {
      clock: realClock,
      env: {},
      configDirectory: () => configDirectory,
      dataDirectory: () => join(home, '.local', 'share', 'ottokit-tiktok'),
      signal: new AbortController().signal,
    },
    keychain: null,
  });
  await store.addAll(Array.from({ length: 60 }, (_, index) => connected(`shop-${String(index + 1)}`)));

  const session = journey.openTerminal(['status'], { columns: 80, rows: 24 });
  await session.sees(/Page 1 of \d\. Press Enter for the next page, or q to stop/);
  expect(session.text).toMatch(/Profile +Region/);
  session.type(' ');
  await session.sees('Page 2 of');
  session.type('q');
  expect(await session.ended).toBe(0);
  expect(session.text).not.toContain('Stored in');
  expect(session.text).not.toContain('Press Enter');

  const some = journey.openTerminal(['status', '--profile', 'shop-1?'], { columns: 80, rows: 24 });
  expect(await some.ended).toBe(0);
  expect(some.text).toContain('shop-19');
  expect(some.text).not.toContain('shop-20');
});
