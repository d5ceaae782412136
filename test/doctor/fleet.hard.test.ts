import { describe, expect, test } from 'vitest';
import { diagnoseFleet, type FleetDiagnosis } from '../../src/doctor/fleet.ts';
import { Secret } from '../../src/ground/secret.ts';
import type { Profile } from '../../src/store/model/profile.ts';
import type { Store } from '../../src/store/store.ts';
import { serve } from '../network/servers.ts';
import { neededScopes } from '../../src/scopes/catalog.ts';
import { home, hostsAt, ottokit } from './examined.ts';

const latency = 300;
const day = 86_400_000;
const needed = neededScopes.map(({ key }) => key);

/** A profile without problems. Three profiles share each app. */
function profileNumber(number: number): Profile {
  const now = Date.now();
  return {
    name: `shop-${String(number).padStart(4, '0')}`,
    app: {
      region: 'row',
      redirectUrl: ottokit,
      appKey: `6aaaaaaaa${String(number - (number % 3)).padStart(4, '0')}`,
      appSecret: new Secret('b'.repeat(40)),
      serviceId: '7412345678901234567',
    },
    journal: { done: { verify: now, finish: now } },
    tokens: {
      accessToken: new Secret('ROW_fine'),
      accessTokenExpiresAt: now + 6 * day,
      refreshToken: new Secret('ROW_refresh'),
      refreshTokenExpiresAt: now + 360 * day,
      sellerName: 'A shop',
      sellerBaseRegion: 'GB',
      grantedScopes: needed,
      obtainedAt: now,
    },
    shops: [],
    ottokit: { connected: true, confirmedAt: now },
    createdAt: now,
    updatedAt: now,
  };
}

const withTokens = (tokens: Partial<Profile['tokens'] & object>) => (profile: Profile) => {
  if (profile.tokens === undefined) throw new Error('not connected');
  return { ...profile, tokens: { ...profile.tokens, ...tokens } };
};

const withAccessToken = (token: string) => withTokens({ accessToken: new Secret(token) });

/** Seven problems: what happened, the check that reports it, and its fix. */
const broken: readonly (readonly [(profile: Profile) => Profile, string, RegExp])[] = [
  [withAccessToken('ROW_revoked'), 'token', /connect --reauthorize/],
  [withAccessToken('ROW_expired'), 'token', /doctor --fix/],
  [withAccessToken('ROW_badsign'), 'token', /App Secret/],
  [withTokens({ grantedScopes: needed.slice(1) }), 'scopes', /connect --reauthorize/],
  [withTokens({ refreshTokenExpiresAt: Date.now() + 10 * day }), 'token', /connect --reauthorize/],
  [(profile) => ({ ...profile, app: { ...profile.app, redirectUrl: `${ottokit}/` } }), 'redirect', /--redirect-url/],
  [(profile) => ({ ...profile, ottokit: { connected: false, confirmedAt: 1 } }), 'ottokit', /connect/],
];

const refusals: Readonly<Record<string, { code: number; message: string }>> = {
  ROW_fine: { code: 105005, message: 'Access denied.' },
  ROW_revoked: { code: 105001, message: 'access token is invalid' },
  ROW_expired: { code: 105002, message: 'Expired credentials.' },
  ROW_badsign: { code: 106001, message: 'The `sign` query parameter is invalid.' },
};

/** Runs doctor on this many profiles, with a slow TikTok Shop. */
async function examineFleet(count: number, change: (number: number) => (profile: Profile) => Profile) {
  const asked: string[] = [];
  const { origin } = await serve((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://127.0.0.1');
    asked.push(searchParams.get('app_key') ?? '');
    const token = String(request.headers['x-tts-access-token']);
    const refusal = pathname.endsWith('/token/get')
      ? { code: 36004004, message: 'invalid auth code' }
      : refusals[token];
    setTimeout(() => {
      response.end(JSON.stringify({ ...refusal, request_id: 'r' }));
    }, latency);
  });
  const place = await home();
  const profiles = Array.from({ length: count }, (_, number) => change(number)(profileNumber(number)));
  const store = {
    keySource: 'key-file',
    profiles: () => Promise.resolve(profiles),
    names: () => Promise.resolve(profiles.map(({ name }) => name)),
  } as unknown as Store;
  let peak = 0;
  const examine = (settings: { concurrency: number; signal?: AbortSignal; onProgress?: (done: number) => void }) =>
    diagnoseFleet(
      {
        ...place.input(hostsAt(origin), settings.signal === undefined ? {} : { signal: settings.signal }),
        openStore: () => Promise.resolve(store),
      },
      {
        ...{ pattern: '*', concurrency: settings.concurrency },
        onProgress: (done) => {
          if (done % 50 === 0) peak = Math.max(peak, process.memoryUsage().rss);
          settings.onProgress?.(done);
        },
      },
    );
  return { examine, asked, peak: () => peak };
}

const sound = (profile: Profile): Profile => profile;

const withProblems = ({ profiles }: FleetDiagnosis): ReadonlyMap<string, string> =>
  new Map(
    profiles.flatMap(({ profile, status, verdicts }) => {
      const trouble = verdicts.filter(({ finding }) => finding.status === 'fail' || finding.status === 'warn');
      expect(trouble.length === 0, profile).toBe(status === 'pass');
      return trouble.map(({ check, finding }) => [profile, `${check.id} ${'fix' in finding ? finding.fix : ''}`]);
    }),
  );

describe('doctor --all on many profiles, with a TikTok Shop that takes 300 ms to respond', () => {
  test('finds exactly the 20 of 1,000 profiles that have problems, each with its fix', async () => {
    const concurrency = 50;
    const at = (number: number) => (number % 50 === 7 ? broken[((number - 7) / 50) % broken.length] : undefined);
    const fleet = await examineFleet(1_000, (number) => at(number)?.[0] ?? sound);
    const diagnosis = await fleet.examine({ concurrency });
    const found = withProblems(diagnosis);
    expect(found.size).toBe(20);
    for (const number of Array.from({ length: 1_000 }, (_, index) => index)) {
      const expected = at(number);
      const reported = found.get(profileNumber(number).name);
      if (expected === undefined) expect(reported).toBeUndefined();
      else {
        expect(reported).toMatch(expected[2]);
        expect(reported?.startsWith(`${expected[1]} `)).toBe(true);
      }
    }
    expect(diagnosis.status).toBe('fail');
  });

  test('needs at most 50 percent more memory for 1,000 profiles than for 100', async () => {
    const few = await examineFleet(100, () => sound);
    await few.examine({ concurrency: 50 });
    const many = await examineFleet(1_000, () => sound);
    await many.examine({ concurrency: 50 });
    expect(many.peak()).toBeLessThan(1.5 * few.peak());
  });

  test('checks profiles of one app, whose requests are limited, without a failure', async () => {
    const shared = ({ app, ...profile }: Profile): Profile => ({
      ...profile,
      app: { ...app, appKey: '6aaaaaaaaaaaa' },
    });
    const fleet = await examineFleet(200, () => shared);
    const diagnosis = await fleet.examine({ concurrency: 100 });
    expect(diagnosis.profiles.filter(({ status }) => status !== 'pass')).toEqual([]);
    expect(fleet.asked.filter((appKey) => appKey === '6aaaaaaaaaaaa')).toHaveLength(201);
  });

  test('reports the results so far when interrupted', async () => {
    const interruption = new AbortController();
    const fleet = await examineFleet(200, (number) => (number % 2 === 0 ? withAccessToken('ROW_revoked') : sound));
    const diagnosis = await fleet.examine({
      concurrency: 20,
      signal: interruption.signal,
      onProgress: (done) => {
        if (done === 100) interruption.abort();
      },
    });
    expect(diagnosis.total).toBe(200);
    expect(diagnosis.profiles.length).toBeGreaterThanOrEqual(100);
    expect(diagnosis.profiles.length).toBeLessThan(125);
    // Profiles are visited in a random order, so which of them are known differs.
    const examined = diagnosis.profiles.map(({ profile }) => profile);
    const revoked = examined.filter((profile) => Number(profile.replace('shop-', '')) % 2 === 0);
    expect([...withProblems(diagnosis).keys()]).toEqual(revoked);
  });
});
