import { expect, test } from 'vitest';
import { connectedJourney } from './journey.ts';

const refresh = '/api/v2/token/refresh';

test('after Ctrl-C during a six-second refresh, the new tokens are stored and the next `token` prints one', async ({
  onTestFinished,
}) => {
  const { machine, shop } = await connectedJourney(onTestFinished, { accessTokenLifetime: 300, rotates: true });
  shop.rules.accessTokenLifetime = 7 * 86_400;
  const held = shop.hold(refresh);
  const running = machine.start(['token']);
  await held.arrived;
  running.kill('SIGINT');
  setTimeout(() => {
    held.release();
  }, 6_000);
  const run = await running.ended;
  expect(run, run.stderr).toMatchObject({ exitCode: 130, stdout: '' });
  expect(run.duration).toBeGreaterThan(6_000);
  const next = await machine.run(['token']);
  expect(next, next.stderr).toMatchObject({ exitCode: 0 });
  expect(shop.count(refresh)).toBe(1);
});
