import { expect, test, vi } from 'vitest';
import { waitingLogin } from './waiting-login.ts';

vi.setConfig({ testTimeout: 120_000 });

/** The promised limit, and how much longer a busy machine may take, in milliseconds. */
const [promised, slack] = [1_000, 2_000];

test.for([1, 20])(
  'with %i idle connections that a browser opened in advance, the program ends within a second of connecting',
  async (count, { onTestFinished }) => {
    const login = await waitingLogin(onTestFinished);
    const idle = Array.from({ length: count }, (_, place) => login.dial(place % 2 === 0 ? '127.0.0.1' : '::1'));
    await Promise.all(idle.map(({ open }) => open));
    await login.arrive();
    // The browser has received the whole page by now.
    const shown = performance.now();
    await login.completes();
    expect(performance.now() - shown).toBeLessThan(promised + slack);
    expect(await Promise.all(idle.map(async ({ reply }) => (await reply).raw))).toEqual(Array(count).fill(''));
  },
);
