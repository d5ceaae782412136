import { expect, test } from 'vitest';
import { deadline, pass, type Check } from '../../src/doctor/check.ts';
import { checkIds, checks } from '../../src/doctor/checks.ts';
import { diagnose, type Diagnosis } from '../../src/doctor/diagnose.ts';
import type { Facts } from '../../src/doctor/facts.ts';
import { isFailure } from '../../src/ground/errors.ts';
import type { HttpAnswer } from '../../src/ground/io.ts';
import { makeClock } from '../../src/ground/clock.ts';
import { serveRaw } from '../network/servers.ts';
import { connectedHome, hostsAt } from './examined.ts';

const statuses = ({ verdicts }: Diagnosis): Record<string, string> =>
  Object.fromEntries(verdicts.map(({ check, finding }) => [check.id, finding.status]));

test('a server that accepts connections but never responds affects only the checks that need it', async () => {
  const place = await connectedHome();
  const { origin } = await serveRaw(() => undefined);
  const late = { network: 'fail', clock: 'fail', app: 'fail', token: 'fail', shops: 'fail' };
  const others = new Set(checkIds.filter((id) => !(id in late)));
  let finish = (): void => undefined;
  const othersDone = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const watched = checks.map((check) => ({
    ...check,
    run: async (facts: Facts) => {
      const finding = await check.run(facts);
      others.delete(check.id);
      if (others.size === 0) setImmediate(finish);
      return finding;
    },
  }));
  const real = makeClock();
  const sleep = (ms: number, signal?: AbortSignal) => (ms === deadline ? othersDone : real.sleep(ms, signal));
  const input = place.input(hostsAt(origin), { clock: { ...real, sleep } });
  const diagnosis = await diagnose({ ...input, checks: watched }, 'default');
  const { port: _, ...found } = statuses(diagnosis);
  const unharmed = checkIds.filter((id) => id !== 'port' && !(id in late)).map((id) => [id, 'pass']);
  expect(found).toEqual({ ...late, ...Object.fromEntries(unharmed) });
  for (const { check, finding } of diagnosis.verdicts.filter(({ check: { id } }) => id in late)) {
    const detail = 'didn’t finish within 12 s';
    expect(finding).toEqual({ status: 'fail', detail, fix: check.whenLate });
  }
});

test('a check that waits as long as TikTok Shop’s rate limit asks isn’t late', async () => {
  const place = await connectedHome();
  const real = makeClock();
  const asked = 10_000;
  const sleep = (ms: number, signal?: AbortSignal) => real.sleep(ms === asked ? 0 : ms, signal);
  const headers = { 'retry-after': String(asked / 1_000) };
  const limited: HttpAnswer = { answered: true, status: 429, headers, body: '' };
  const run = await place.examine({}, { clock: { ...real, sleep }, http: () => Promise.resolve(limited) });
  for (const id of ['app', 'token']) expect(run.check(id).detail, id).toContain('too many requests');
  expect(deadline).toBeGreaterThan(asked + 1_000);
});

test('a store that never opens affects only the checks that need it', async () => {
  const place = await connectedHome();
  const real = makeClock();
  const sleep = (ms: number, signal?: AbortSignal) => real.sleep(ms < deadline ? 0 : ms, signal);
  const input = {
    ...place.input(hostsAt(place.simulator.origin), { clock: { ...real, sleep } }),
    openStore: () => new Promise<never>(() => undefined),
  };
  const { verdicts } = await diagnose(input, 'default');
  const found = Object.fromEntries(verdicts.map(({ check, finding }) => [check.id, finding]));
  expect(found['store']).toMatchObject({
    status: 'fail',
    detail: expect.stringContaining('didn’t open within 9.6 s') as string,
  });
  for (const id of ['key', 'credentials', 'redirect', 'app', 'token', 'shops', 'scopes']) {
    expect(found[id], id).toEqual({ status: 'skip', because: 'skipped: fix the store first' });
  }
  for (const id of ['node', 'permissions', 'network', 'clock']) expect(found[id]?.status, id).toBe('pass');
});

test('a check that throws reports a bug in the program and doesn’t affect the others', async () => {
  const place = await connectedHome();
  const broken: Check = {
    id: 'version',
    title: 'Broken',
    group: 'program',
    whenLate: 'never',
    run: () => Promise.reject(new TypeError('x is not a function')),
  };
  const sound: Check = { ...broken, id: 'node', run: () => Promise.resolve(pass('fine')) };
  const throwing: Check = {
    ...broken,
    run: () => {
      throw new Error('at once');
    },
  };
  const input = place.input(hostsAt(place.simulator.origin));
  const { verdicts } = await diagnose({ ...input, checks: [broken, sound, throwing] }, 'default');
  expect(verdicts.map(({ finding }) => finding.status)).toEqual(['fail', 'pass', 'fail']);
  expect(verdicts[0]?.finding).toMatchObject({
    detail: 'This is a bug in ottokit-tiktok: x is not a function',
    fix: expect.stringContaining('--debug') as string,
  });
});

test('Ctrl-C ends doctor at once', async () => {
  const place = await connectedHome();
  const { origin } = await serveRaw(() => undefined);
  const interruption = new AbortController();
  const running = diagnose(place.input(hostsAt(origin), { signal: interruption.signal }), 'default');
  setImmediate(() => {
    interruption.abort();
  });
  const thrown = await running.catch((error: unknown) => error);
  expect(isFailure(thrown) && thrown.code).toBe('interrupted');
});

test('each request is sent once, however many checks need it', async () => {
  const place = await connectedHome();
  const before = place.simulator.requests.length;
  await diagnose(place.input(hostsAt(place.simulator.origin)), 'default');
  const asked = place.simulator.requests.slice(before).map(({ method, path }) => `${method} ${path}`);
  expect(asked.sort()).toEqual(['GET /', 'GET /api/v2/token/get', 'GET /authorization/202309/shops']);
});

test('no check waits for another: all requests are sent before the first is answered', async () => {
  const place = await connectedHome();
  const input = place.input(hostsAt(place.simulator.origin));
  const waiting: string[] = [];
  let release = (): void => undefined;
  const allAsked = new Promise<void>((resolve) => {
    release = resolve;
  });
  const http = async (request: { url: string }): Promise<HttpAnswer> => {
    const { origin, pathname } = new URL(request.url);
    // If another program uses the usual port, doctor sends it a request too.
    if (origin === place.simulator.origin) {
      if (waiting.push(pathname) === 3) release();
      await allAsked;
    }
    return { answered: true, status: 200, headers: {}, body: '{"code":36009003,"message":"busy"}' };
  };
  const { verdicts } = await diagnose({ ...input, io: { ...input.io, http } }, 'default');
  expect(waiting.sort()).toEqual(['/', '/api/v2/token/get', '/authorization/202309/shops']);
  for (const id of ['app', 'token']) {
    const detail = expect.stringContaining('busy') as string;
    expect(verdicts.find(({ check }) => check.id === id)?.finding).toMatchObject({ detail });
  }
});

test('a clock set back during a check doesn’t cause a negative duration', async () => {
  const place = await connectedHome();
  let now = Date.now();
  const clock = { ...makeClock(), now: () => (now -= 60_000) };
  const input = place.input(hostsAt(place.simulator.origin), { clock });
  const some = checks.filter(({ id }) => id === 'node' || id === 'store');
  const { verdicts } = await diagnose({ ...input, checks: some }, 'default');
  for (const { durationMs } of verdicts) expect(durationMs).toBeGreaterThanOrEqual(0);
});
