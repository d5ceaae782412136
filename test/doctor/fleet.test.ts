import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isAboutProfile, type Check } from '../../src/doctor/check.ts';
import { checks } from '../../src/doctor/checks.ts';
import type { HttpAnswer, HttpRequest } from '../../src/ground/io.ts';
import { isFailure } from '../../src/ground/errors.ts';
import { Secret } from '../../src/ground/secret.ts';
import { makeHttp } from '../../src/network/http.ts';
import { progressText } from '../../src/output/fleet.ts';
import type { Profile } from '../../src/store/model/profile.ts';
import { makeClock } from '../../src/ground/clock.ts';
import { personWith } from '../wizard/person.ts';
import { connectedHome, home, hostsAt, unansweredRefresh, type DoctorJson, type Home, type Run } from './examined.ts';

interface FleetJson extends DoctorJson {
  readonly profiles: readonly (Pick<DoctorJson, 'status' | 'checks'> & { readonly profile: string })[];
  readonly total: number;
  readonly refreshed: number;
}

const hour = 3_600_000;

const idsWhere = (chosen: (check: Check) => boolean): readonly string[] => checks.filter(chosen).map(({ id }) => id);

const withTokens = (tokens: Partial<Profile['tokens'] & object>) => (profile: Profile) => {
  if (profile.tokens === undefined) throw new Error('not connected');
  return { ...profile, tokens: { ...profile.tokens, ...tokens } };
};

const documentOf = ({ printed }: Run): FleetJson => JSON.parse(printed) as FleetJson;

const named = (json: FleetJson, status: string): readonly string[] =>
  json.profiles.filter((one) => one.status === status).map(({ profile }) => profile);

const requestsFor = ({ simulator }: Home, path: string): number =>
  simulator.requests.filter((request) => request.path === path).length;

/**
 * Creates `default` and three more profiles without problems, one whose authorization was revoked, and one whose
 * authorization ends in 10 days.
 */
async function smallFleet(): Promise<Home> {
  const place = await connectedHome();
  await place.copy(['shop-1', 'shop-2', 'other']);
  await place.copy(['shop-3'], withTokens({ accessToken: new Secret('ROW_revoked') }));
  await place.copy(['shop-4'], withTokens({ refreshTokenExpiresAt: Date.now() + 10 * 24 * hour }));
  return place;
}

/** Runs `doctor token --all --fix`, and lets `httpOf` interrupt it while it refreshes the token of `shop-5`. */
async function runInterrupted(httpOf: typeof unansweredRefresh) {
  const place = await smallFleet();
  await place.copy(['shop-5'], withTokens({ accessTokenExpiresAt: Date.now() - hour }));
  const interruption = new AbortController();
  const options = { all: true, fix: true, json: true, checks: ['token'] };
  const run = await place.run(options, { http: httpOf(place, interruption), signal: interruption.signal });
  return { place, run, refreshed: documentOf(run).profiles.find(({ profile }) => profile === 'shop-5') };
}

describe('doctor --all', () => {
  test('lists the profiles that have problems, each with its fix, and counts the rest', async () => {
    const place = await smallFleet();
    const { printed, exitCode } = await place.run({ all: true });
    expect(exitCode).toBe(1);
    const lines = printed.split('\n');
    expect(lines.filter((line) => /shop|default|other/.test(line) && !line.includes('→'))).toEqual([
      expect.stringMatching(/^ {2}✖ shop-3 {2}Access token: TikTok Shop/),
      expect.stringMatching(/^ {2}▲ shop-4 {2}Access token: works and .* ends in (9|10) days$/),
    ]);
    expect(printed).toContain('`ottokit-tiktok connect --profile shop-3 --reauthorize`');
    expect(lines.at(-1)).toBe('6 profiles: 1 failed, 1 with a warning, 4 healthy.');
  });

  test('prints one document with the checks of this computer and those of every profile', async () => {
    const place = await smallFleet();
    const run = await place.run({ all: true, json: true });
    const json = documentOf(run);
    expect(Object.keys(json)).toEqual([
      ...['schemaVersion', 'generatedAt', 'version', 'status', 'checks', 'profiles', 'total', 'refreshed'],
    ]);
    expect(json.checks.map(({ id }) => id)).toEqual(idsWhere((check) => !isAboutProfile(check)));
    expect(json.profiles.map(({ profile }) => profile)).toEqual([
      ...['default', 'other', 'shop-1', 'shop-2', 'shop-3', 'shop-4'],
    ]);
    for (const { checks } of json.profiles) {
      expect(checks.map(({ id }) => id)).toEqual(idsWhere(isAboutProfile));
    }
    expect([named(json, 'fail'), named(json, 'warn'), json.status, json.total]).toEqual([
      ['shop-3'],
      ['shop-4'],
      'fail',
      6,
    ]);
    expect(run.exitCode).toBe(1);
    for (const secret of [...place.simulator.secrets(), 'ROW_revoked', place.directory]) {
      expect(run.printed.includes(secret)).toBe(false);
    }
  });

  test('looks up an app once, however many profiles share it', async () => {
    const place = await smallFleet();
    const before = requestsFor(place, '/api/v2/token/get');
    await place.run({ all: true });
    expect(requestsFor(place, '/api/v2/token/get') - before).toBe(1);
  });

  test('runs the named checks for the matching profiles', async () => {
    const place = await smallFleet();
    const json = documentOf(await place.run({ profile: 'shop-*', checks: ['node', 'scopes'], json: true }));
    expect(json.checks.map(({ id }) => id)).toEqual(['node']);
    expect(json.profiles.map(({ profile, checks }) => [profile, checks.map(({ id }) => id)])).toEqual(
      ['shop-1', 'shop-2', 'shop-3', 'shop-4'].map((name) => [name, ['scopes']]),
    );
    expect(json.status).toBe('pass');
    const none = await place.run({ profile: 'x-*' }).catch((error: unknown) => error);
    expect(isFailure(none) && none.code).toBe('profile-unknown');
  });

  test('finds nothing to do before anything is set up', async () => {
    const place = await home();
    const { printed, exitCode } = await place.run({ all: true });
    expect(printed.split('\n').at(-1)).toBe('0 profiles.');
    expect(exitCode).toBe(0);
  });

  test('--fix refreshes exactly the tokens that expire within a day', async () => {
    const place = await smallFleet();
    await place.copy(['old-1', 'old-2'], withTokens({ accessTokenExpiresAt: Date.now() + 20 * hour }));
    const run = await place.run({ profile: 'old-*', fix: true });
    expect(run.printed).toContain('Refreshed 1 access token.');
    // The two copies share one refresh token, which works only once.
    expect(requestsFor(place, '/api/v2/token/refresh')).toBe(2);
    expect(run.printed).toMatch(/▲ old-\d {2}Access token: works, but couldn’t be refreshed/);
    expect(requestsFor(await smallFleet(), '/api/v2/token/refresh')).toBe(0);
  });

  test('--fix uses the token that another machine got in the meantime', async () => {
    const place = await connectedHome();
    const end = Date.now() + 20 * hour;
    await place.copy(['old-1', 'old-2'], withTokens({ accessToken: new Secret('ROW_old'), accessTokenExpiresAt: end }));
    const { http, close } = makeHttp({ env: {}, userAgent: 'test' });
    let met = false;
    const meeting = async (request: Parameters<typeof http>[0]): Promise<HttpAnswer> => {
      if (!request.url.includes('/shops') || met) return await http(request);
      met = true;
      const fresh = (await place.stored('old-1'))?.tokens;
      const other = (await place.stored('old-2'))?.tokens;
      const [stale, tokens] = other?.accessToken.reveal() === 'ROW_old' ? ['old-2', fresh] : ['old-1', other];
      await place.copy([stale], withTokens(tokens ?? {}));
      return await http(request);
    };
    const run = await place.run(
      { profile: 'old-*', checks: ['token'], fix: true, json: true, concurrency: 1 },
      { http: meeting },
    );
    close();
    const json = documentOf(run);
    expect([named(json, 'pass'), json.refreshed]).toEqual([['old-1', 'old-2'], 1]);
    expect(requestsFor(place, '/api/v2/token/refresh')).toBe(1);
  });

  test('--fix checks the other profiles even if the refresh of one fails unexpectedly', async () => {
    const place = await connectedHome();
    await place.copy(['old-1', 'old-2'], withTokens({ accessTokenExpiresAt: Date.now() + 20 * hour }));
    const { http, close } = makeHttp({ env: {}, userAgent: 'test' });
    let refreshes = 0;
    const failing = async (request: Parameters<typeof http>[0]): Promise<HttpAnswer> => {
      if (request.url.includes('/token/refresh') && ++refreshes === 1) throw new TypeError('a bug');
      return await http(request);
    };
    const world = { http: failing };
    const run = await place.run({ profile: 'old-*', checks: ['token'], fix: true, json: true, concurrency: 1 }, world);
    close();
    const json = documentOf(run);
    expect([json.profiles.length, named(json, 'warn').length, json.refreshed]).toEqual([2, 1, 1]);
  });

  test('Ctrl-C ends it at once and prints the results so far', async () => {
    const place = await smallFleet();
    const interruption = new AbortController();
    const { http, close } = makeHttp({ env: {}, userAgent: 'test' });
    let asked = 0;
    const stalling = async (request: Parameters<typeof http>[0]): Promise<HttpAnswer> => {
      if (!request.url.includes('/shops') || ++asked < 3) return await http(request);
      interruption.abort();
      return await new Promise(() => undefined);
    };
    const run = await place.run(
      { all: true, json: true, concurrency: 1 },
      { http: stalling, signal: interruption.signal },
    );
    close();
    expect(run.exitCode).toBe(130);
    const json = documentOf(run);
    expect([json.profiles.length, json.total]).toEqual([2, 6]);
  });

  test('Ctrl-C during a refresh says which authorization may no longer work', async () => {
    const { run, refreshed } = await runInterrupted(unansweredRefresh);
    expect(run.exitCode).toBe(130);
    expect(refreshed).toMatchObject({
      status: 'fail',
      checks: [{ id: 'token', detail: expect.stringContaining('authorization may no longer work') as string }],
    });
  });

  test('Ctrl-C during a refresh whose tokens can’t be stored shows no home directory', async () => {
    const unstorable = (place: Home, interruption: AbortController) => async (request: HttpRequest) => {
      if (request.url.includes('/token/refresh')) {
        await rename(join(place.directory, 'config'), join(place.directory, 'elsewhere'));
        await writeFile(join(place.directory, 'config'), '');
        interruption.abort();
      }
      return await place.input(hostsAt(place.simulator.origin)).io.http(request);
    };
    const { place, run, refreshed } = await runInterrupted(unstorable);
    expect(refreshed?.checks[0]).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(/~[/\\]config/) as string,
    });
    expect(run.printed).not.toContain(place.directory);
  });

  test('--strict turns a warning about any profile into a failure', async () => {
    const place = await smallFleet();
    expect((await place.run({ profile: 'shop-4' })).exitCode).toBe(0);
    expect((await place.run({ profile: 'shop-4*', strict: true })).exitCode).toBe(1);
  });
});

describe('progress', () => {
  test('is a line every 10 seconds without a terminal, and a bar in a terminal', async () => {
    const place = await smallFleet();
    const real = makeClock();
    let endInterval = (): void => undefined;
    const interval = (signal?: AbortSignal) =>
      new Promise<void>((resolve) => {
        endInterval = resolve;
        signal?.addEventListener('abort', endInterval);
      });
    const sleep = (ms: number, signal?: AbortSignal) => (ms === 10_000 ? interval(signal) : real.sleep(ms, signal));
    const http = async (): Promise<HttpAnswer> => {
      endInterval();
      await new Promise(setImmediate);
      return { answered: true, status: 200, headers: {}, body: '{"code":36009003,"message":"busy"}' };
    };
    const world = { clock: { ...real, sleep }, http };
    const lines = ({ said }: Run) => said.filter((line) => /^\d of 6 profiles \[[#.]{20}\]/.test(line)).length;
    expect(lines(await place.run({ all: true, concurrency: 1 }, world))).toBeGreaterThan(2);
    for (const env of [{ CI: '1' }, { TERM: 'dumb' }, { ACCESSIBLE: '1' }]) {
      const plain = { ...world, ask: personWith({}).ask, env };
      expect(lines(await place.run({ all: true, concurrency: 1 }, plain))).toBeGreaterThan(2);
    }
    const shown = await place.run({ all: true }, { ask: personWith({}).ask });
    expect(shown.said.filter((line) => line.startsWith('wait: 0 of 6 profiles'))).toHaveLength(1);
  });

  test('shows the rate and the remaining time', () => {
    expect(progressText({ done: 0, total: 1_000, elapsed: 0 })).toBe('0 of 1,000 profiles [....................]');
    expect(progressText({ done: 400, total: 1_000, elapsed: 12_000 })).toBe(
      '400 of 1,000 profiles [########............] 33 a second, 18 seconds left',
    );
    expect(progressText({ done: 1, total: 1, elapsed: 500 })).toContain('2.0 a second, 0 seconds left');
  });
});
