import { expect, test } from 'vitest';
import { rateLimiter } from '../../src/doctor/rate-limit.ts';
import type { HttpAnswer, HttpRequest } from '../../src/ground/io.ts';

test('at most 50 of an app’s requests are sent in any second, and another app’s don’t wait', async () => {
  let now = 0;
  const clock = { monotonic: () => now, sleep: (ms: number) => Promise.resolve(void sleeps.push(now + ms)) };
  const sleeps: number[] = [];
  const answer: HttpAnswer = { answered: true, status: 200, headers: {}, body: '' };
  const limited = rateLimiter(() => Promise.resolve(answer), clock);
  const request: HttpRequest = { method: 'GET', url: 'https://shop.example/', timeout: 1 };
  const sent: number[] = [];
  for (let number = 0; number < 200; number += 1) {
    now += 2;
    const before = sleeps.length;
    await limited('one app')(request);
    sent.push(sleeps[before] ?? now);
  }
  for (const from of sent) expect(sent.filter((at) => at >= from && at < from + 1_000).length).toBeLessThanOrEqual(50);
  const before = sleeps.length;
  await limited('another app')(request);
  expect(sleeps).toHaveLength(before);
});
