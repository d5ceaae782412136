import { describe, expect, test } from 'vitest';
import { checkIds } from '../../src/doctor/checks.ts';
import { isFailure } from '../../src/ground/errors.ts';
import { connectedHome, home } from './examined.ts';

describe('naming checks', () => {
  test('runs only those, in the usual order', async () => {
    const place = await connectedHome();
    const { json } = await place.examine({ checks: ['scopes', 'token', 'scopes'] });
    expect(json.checks.map(({ id }) => id)).toEqual(['token', 'scopes']);
  });

  test('that don’t exist is a usage error that lists the existing ones', async () => {
    const place = await home();
    const thrown = await place.run({ checks: ['token', 'tokens'] }).catch((error: unknown) => error);
    expect(isFailure(thrown) && thrown.code).toBe('usage');
    expect(String(thrown)).toContain('There is no check “tokens”. The checks are node, version, store');
  });

  test('lets a blocked check report the cause if the check it depends on doesn’t run', async () => {
    const place = await connectedHome();
    place.simulator.setScenario('revoked');
    expect((await place.examine({ checks: ['shops'] })).check('shops').detail).toMatch(/revoked/);
    const closed = await place.examine({ checks: ['token', 'scopes'] }, { env: {} });
    expect(closed.troubles()).toEqual({ token: 'fail' });
  });
});

test('--list names every check and sends no request', async () => {
  const place = await home();
  const http = () => Promise.reject(new Error('no request is expected'));
  const asText = await place.run({ list: true }, { http });
  expect(asText.printed.split('\n').map((line) => line.split(' ')[0])).toEqual(checkIds);
  const { exitCode, printed } = await place.run({ list: true, json: true, checks: ['store', 'token'] }, { http });
  expect(JSON.parse(printed)).toEqual({
    checks: [
      { id: 'store', group: 'store', title: 'Store' },
      { id: 'token', group: 'tiktok-shop', title: 'Access token' },
    ],
  });
  expect(exitCode).toBe(0);
});

test('--offline sends nothing and says which checks it skipped', async () => {
  const place = await connectedHome();
  const before = place.simulator.requests.length;
  const run = await place.examine({ offline: true });
  expect(run.troubles()).toEqual({ network: 'skip', clock: 'skip', app: 'skip', token: 'skip', shops: 'skip' });
  expect(run.check('token').detail).toBe('skipped by --offline');
  expect(place.simulator.requests).toHaveLength(before);
  expect(run.exitCode).toBe(0);
});

test('--offline doesn’t leave the report of a problem to a check that it skips', async () => {
  const place = await connectedHome();
  const run = await place.examine({ offline: true, profile: 'shop-b', checks: ['token', 'scopes'] });
  expect(run.troubles()).toEqual({ token: 'skip', scopes: 'fail' });
  expect(run.check('scopes').detail).toContain('No profile named “shop-b”');
  expect(run.exitCode).toBe(1);
});

test('--strict turns warnings into failures, only in the exit code', async () => {
  const place = await connectedHome();
  const warned = { nodeVersion: '20.20.2' };
  expect((await place.examine({}, warned)).exitCode).toBe(0);
  const strict = await place.examine({ strict: true }, warned);
  expect(strict.exitCode).toBe(1);
  expect(strict.json.status).toBe('warn');
  expect((await place.examine({ strict: true })).exitCode).toBe(0);
});
