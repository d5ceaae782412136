import { expect, test, vi } from 'vitest';
import { waitingLogin } from './waiting-login.ts';

vi.setConfig({ testTimeout: 120_000 });

/** The promised limit, and how much longer a busy machine may take, in milliseconds. */
const [promised, slack] = [1_000, 2_000];

test.for([
  ['one idle connection', 1],
  ['20 idle connections', 20],
] as const)(
  'with %s that the browser opened in advance, the program exits within a second of sending its page',
  async ([, count], { onTestFinished }) => {
    const login = await waitingLogin(onTestFinished);
    const idle = Array.from({ length: count }, (_, place) => login.dial(place % 2 === 0 ? '127.0.0.1' : '::1'));
    await Promise.all(idle.map(({ open }) => open));
    await login.arrive();
    // The browser now has the whole page.
    const shown = performance.now();
    await login.completes();
    expect(performance.now() - shown).toBeLessThan(promised + slack);
    expect(await Promise.all(idle.map(async ({ reply }) => (await reply).raw))).toEqual(Array(count).fill(''));
  },
);
