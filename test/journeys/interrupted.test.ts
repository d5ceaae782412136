import { connect, createServer } from 'node:net';
import { describe, expect, test as baseTest } from 'vitest';
import { filesBelow } from './machine.ts';
import { document, errorOf, type Running } from './run.ts';
import { connectedJourney, freshJourney, shownSecrets, stateOf, type Journey } from './journey.ts';
import { tracesIn } from './traces.ts';
import { noSignals, onWindows, skipOnWindows } from '../tools/systems.ts';

const test = baseTest.concurrent;

/** The authorization link, printed on its own line when the program starts waiting for the browser. */
const addressShown = /^http:\/\/127\.0\.0\.1:\d+\/open\/authorize\?\S+$/m;

const waitingForAnswer = /Waiting up to 15 seconds for TikTok Shop’s answer/;

/** Runs `connect` again with only the stored values and expects it to finish. Returns stderr. */
async function continues({ machine, shop }: Journey): Promise<string> {
  const run = await machine.run(['connect', '--json']);
  expect(run, run.stderr + run.stdout).toMatchObject({ exitCode: 0 });
  expect(document(run)).toMatchObject({ profile: 'default', appKey: shop.app.appKey, serviceId: shop.app.serviceId });
  expect(await stateOf(machine)).toBe('connected');
  expect(shop.violations).toEqual([]);
  return run.stderr;
}

describe('while the program waits for the browser', () => {
  test.for(['SIGINT', 'SIGTERM'] as const)(
    '%s ends connect with exit code 130, and the next run uses the stored answers',
    async (signal, { onTestFinished, skip }) => {
      skip(onWindows, noSignals);
      const journey = await freshJourney(onTestFinished);
      const running = journey.machine.start([...journey.connect, '--no-browser', '--json'], journey.secret);
      await running.seen(addressShown);
      running.kill(signal);
      const run = await running.ended;
      expect(run).toMatchObject({ exitCode: 130, signal: null });
      expect(errorOf(run)).toMatchObject({ code: 'interrupted', fix: expect.stringMatching(/again/) as string });
      expect(shownSecrets(run, journey.shop.secrets)).toEqual([]);
      expect(await stateOf(journey.machine)).toBe('connecting');
      const output = await continues(journey);
      for (const step of ['1', '2', '3', '4']) expect(output).toMatch(new RegExp(`\\S+ Step ${step} of 6.*: \\S`));
    },
  );

  test('the text output says how to continue', async ({ onTestFinished, skip }) => {
    skip(onWindows, noSignals);
    const journey = await freshJourney(onTestFinished);
    const running = journey.machine.start([...journey.connect, '--no-browser'], journey.secret);
    await running.seen(addressShown);
    running.kill('SIGINT');
    const run = await running.ended;
    expect(run).toMatchObject({ exitCode: 130, stdout: '' });
    expect(run.stderr).toMatch(/Interrupted[^]*again/);
  });

  test('an idle browser connection doesn’t keep the program running', async ({ onTestFinished, skip }) => {
    skip(onWindows, noSignals);
    const journey = await freshJourney(onTestFinished);
    const { port } = new URL(journey.redirectUrl);
    const ends = [
      async (running: Running) => {
        running.kill('SIGINT');
        return await running.ended;
      },
      async (running: Running, address: string) => {
        expect(await fetch(address)).toMatchObject({ status: 200 });
        return await running.ended;
      },
    ];
    for (const [place, end] of ends.entries()) {
      const running = journey.machine.start([...journey.connect, '--no-browser'], journey.secret);
      const [address] = await running.seen(addressShown);
      const idle = connect(Number(port), '127.0.0.1').on('error', () => undefined);
      onTestFinished(() => {
        idle.destroy();
      });
      await new Promise((resolve) => idle.once('connect', resolve));
      const endsAt = performance.now();
      expect(await end(running, address)).toMatchObject({ exitCode: [130, 0][place] });
      // Less than the five seconds after which the listener closes an idle connection anyway.
      expect(performance.now() - endsAt).toBeLessThan(4_500);
    }
  });

  test('kill -9 doesn’t lose any entered values', async ({ onTestFinished }) => {
    const journey = await freshJourney(onTestFinished);
    const running = journey.machine.start([...journey.connect, '--no-browser'], journey.secret);
    await running.seen(addressShown);
    running.kill('SIGKILL');
    expect(await running.ended).toMatchObject({ signal: 'SIGKILL' });
    expect(await stateOf(journey.machine)).toBe('connecting');
    await continues(journey);
    expect(journey.shop.count('/open/authorize')).toBe(1);
  });
});

/** The requests during which the program is killed. Stored values must survive; the shop isn't connected yet. */
const pendingRequests: readonly (readonly [string, { path: string; arrivals: number; visits: number }])[] = [
  ['the App Key is checked', { path: '/api/v2/token/get', arrivals: 1, visits: 1 }],
  ['the code is exchanged', { path: '/api/v2/token/get', arrivals: 2, visits: 2 }],
  ['the shops are listed', { path: '/authorization/202309/shops', arrivals: 1, visits: 1 }],
];

describe.each(['SIGKILL', 'SIGTERM'] as const)('%s', (signal) => {
  test.for(pendingRequests)(
    'while %s: the shop isn’t connected, and the next run continues from there',
    async ([, { path, arrivals, visits }], { onTestFinished, skip }) => {
      skip(onWindows && signal === 'SIGTERM', noSignals);
      const journey = await freshJourney(onTestFinished);
      const { machine, shop } = journey;
      let held = shop.hold(path);
      const running = machine.start([...journey.connect, '--json'], journey.secret);
      await held.arrived;
      for (let arrived = 1; arrived < arrivals; arrived += 1) {
        const next = shop.hold(path);
        held.release();
        held = next;
        await held.arrived;
      }
      running.kill(signal);
      if (signal === 'SIGTERM' && arrivals === 2) {
        await running.seen(waitingForAnswer);
        running.kill(signal);
      }
      const run = await running.ended;
      held.release();
      expect(run).toMatchObject(signal === 'SIGKILL' ? { signal } : { exitCode: 130 });
      expect(run.stdout).not.toContain('shops');
      expect(await stateOf(machine)).toBe('connecting');
      await continues(journey);
      // Once tokens are stored, the seller doesn't have to authorize the app again.
      expect(shop.count('/open/authorize')).toBe(visits);
    },
  );
});

describe('while TikTok Shop prepares its response, Ctrl-C', () => {
  skipOnWindows(noSignals);

  const refresh = '/api/v2/token/refresh';

  test('during a refresh waits for the response, says so, and stores the new tokens', async ({ onTestFinished }) => {
    const { machine, shop } = await connectedJourney(onTestFinished, { accessTokenLifetime: 300, rotates: true });
    shop.rules.accessTokenLifetime = 7 * 86_400;
    const held = shop.hold(refresh);
    const running = machine.start(['token']);
    await held.arrived;
    running.kill('SIGINT');
    await running.seen(waitingForAnswer);
    held.release();
    const run = await running.ended;
    expect(run, run.stderr).toMatchObject({ exitCode: 130, stdout: '' });
    expect(run.stderr).not.toMatch(/may no longer work/);
    const next = await machine.run(['token']);
    expect(next, next.stderr).toMatchObject({ exitCode: 0 });
    expect(next.stdout.trimEnd()).toBe(shop.secrets.findLast((secret) => secret.length === 160));
    expect(shop.count(refresh)).toBe(1);
  });

  test('pressed twice during a refresh ends the program at once, and a message says what may no longer work', async ({
    onTestFinished,
  }) => {
    const { machine, shop } = await connectedJourney(onTestFinished, { accessTokenLifetime: 300, rotates: true });
    const held = shop.hold(refresh);
    const running = machine.start(['token']);
    await held.arrived;
    running.kill('SIGINT');
    await running.seen(waitingForAnswer);
    running.kill('SIGINT');
    const run = await running.ended;
    held.release();
    expect(run, run.stderr).toMatchObject({ exitCode: 130, stdout: '' });
    expect(run.stderr).toMatch(/may no longer work[^]*connect --reauthorize/);
    expect(run.stderr).not.toMatch(/kept/);
    expect(shownSecrets(run, shop.secrets)).toEqual([]);
  });

  test('followed by SIGTERM during a refresh ends the program with exit code 130 even if nobody reads stderr anymore', async ({
    onTestFinished,
  }) => {
    const { machine, shop } = await connectedJourney(onTestFinished, { accessTokenLifetime: 300, rotates: true });
    const held = shop.hold(refresh);
    const through = ['bash', '-c', 'exec "$@" 2> >(head -n 1 >&2)', 'bash'];
    const running = machine.start(['token'], { through });
    await held.arrived;
    running.kill('SIGINT');
    running.kill('SIGTERM');
    const run = await running.ended;
    held.release();
    expect(run, run.stderr).toMatchObject({ exitCode: 130, stdout: '' });
  });

  test('during a refresh whose connection then breaks causes an error that says what may no longer work', async ({
    onTestFinished,
  }) => {
    const { machine, shop } = await connectedJourney(onTestFinished, { accessTokenLifetime: 300, rotates: true });
    const held = shop.hold(refresh);
    const running = machine.start(['token', '--json']);
    await held.arrived;
    running.kill('SIGINT');
    await running.seen(waitingForAnswer);
    await shop.close();
    const run = await running.ended;
    held.release();
    expect(run.exitCode).toBe(130);
    expect(errorOf(run)).toMatchObject({
      code: 'interrupted-unanswered',
      message: expect.stringMatching(/may no longer work/) as string,
    });
  });

  test('during the exchange of a code waits for the response and stores the tokens', async ({ onTestFinished }) => {
    const journey = await freshJourney(onTestFinished);
    const { machine, shop } = journey;
    const exchange = '/api/v2/token/get';
    const probe = shop.hold(exchange);
    const running = machine.start([...journey.connect, '--json'], journey.secret);
    await probe.arrived;
    const held = shop.hold(exchange);
    probe.release();
    await held.arrived;
    running.kill('SIGINT');
    await running.seen(waitingForAnswer);
    held.release();
    expect(await running.ended).toMatchObject({ exitCode: 130 });
    await continues(journey);
    expect(shop.count('/open/authorize')).toBe(1);
  });
});

describe('kill -9 right after', () => {
  test.for(['OTTOKIT_TIKTOK_ORIGIN is in use', 'Step 4', 'Step 5'])(
    'the line “%s”: the same command then finishes',
    async (line, { onTestFinished }) => {
      const journey = await freshJourney(onTestFinished);
      const { machine, shop, secret } = journey;
      const running = machine.start([...journey.connect, '--no-browser', '--json'], secret);
      await running.seen(new RegExp(line));
      running.kill('SIGKILL');
      await running.ended;
      expect(['none', 'connecting']).toContain(await stateOf(machine));
      for (const { path, bytes } of await filesBelow(machine.configDirectory).catch(() => [])) {
        expect(tracesIn(bytes, shop.secrets), path).toEqual([]);
      }
      const again = await machine.run([...journey.connect, '--json'], secret);
      expect(again, again.stderr + again.stdout).toMatchObject({ exitCode: 0 });
      expect(await stateOf(machine)).toBe('connected');
    },
  );
});

test('an interrupted --restart keeps the existing connection', async ({ onTestFinished }) => {
  const journey = await freshJourney(onTestFinished);
  const { machine } = journey;
  expect(await machine.run([...journey.connect, '--json'], journey.secret)).toMatchObject({ exitCode: 0 });
  const token = await machine.run(['token']);
  const running = machine.start(['connect', '--restart', '--no-browser']);
  await running.seen(addressShown);
  running.kill('SIGKILL');
  await running.ended;
  expect(await stateOf(machine)).toBe('connected');
  expect((await machine.run(['token'])).stdout).toBe(token.stdout);
  await continues(journey);
});

test('a busy port is reported before a browser opens, and the entered values are kept', async ({ onTestFinished }) => {
  const journey = await freshJourney(onTestFinished);
  const squatter = createServer();
  await new Promise<void>((resolve) =>
    squatter.listen(Number(new URL(journey.redirectUrl).port), '127.0.0.1', resolve),
  );
  const run = await journey.machine.run([...journey.connect, '--json'], journey.secret);
  expect(run.exitCode).toBe(1);
  expect(errorOf(run).code).toBe('port-busy');
  expect(journey.shop.count('/open/authorize')).toBe(0);
  await new Promise((resolve) => squatter.close(resolve));
  await continues(journey);
});
