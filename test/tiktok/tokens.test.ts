import { describe, expect, it } from 'vitest';
import type { HttpAnswer } from '../../src/ground/io.ts';
import { Secret } from '../../src/ground/secret.ts';
import { hostsOf } from '../../src/tiktok/portals.ts';
import { exchangeCode, probeApp, refreshTokens } from '../../src/tiktok/tokens.ts';
import { http, noAnswer, scripted, stillClock, tiktokShop } from './loopback.ts';

const now = Date.UTC(2026, 0, 1);
const app = { appKey: '6abc1def2ghi3', appSecret: new Secret('0123456789abcdef0123456789abcdef01234567') };
const code = new Secret('TTP_a+b/c=&d');
const refreshToken = new Secret('TTP_refresh');
const tokens = {
  code: 0,
  message: 'success',
  data: {
    access_token: 'TTP_new',
    access_token_expire_in: 1767830400,
    refresh_token: 'TTP_rotated',
    refresh_token_expire_in: 4878250317,
  },
  request_id: 'r1',
};

function world(given: { http?: typeof http; signal?: AbortSignal } = {}) {
  return { http, clock: stillClock(now), signal: new AbortController().signal, ...given };
}

describe('exchanging a code', () => {
  it('is one GET with the secret and the code, and returns the tokens', async () => {
    const { hosts, seen } = await tiktokShop([{ body: tokens }]);
    const answer = await exchangeCode(world(), hosts, app, code);
    expect(answer.ok && answer.value.accessToken.reveal()).toBe('TTP_new');
    expect(answer.ok && answer.value.refreshTokenExpiresAt).toBeNull();
    expect(answer.ok && answer.requestId).toBe('r1');
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      method: 'GET',
      path: '/api/v2/token/get',
      query: {
        app_key: app.appKey,
        app_secret: app.appSecret.reveal(),
        auth_code: 'TTP_a+b/c=&d',
        grant_type: 'authorized_code',
      },
    });
    expect(Object.keys(seen[0]?.query ?? {})).toHaveLength(4);
  });

  it('goes to the host that all regions share', async () => {
    const urls: string[] = [];
    const record = (request: { method: string; url: string }): Promise<HttpAnswer> => {
      urls.push(`${request.method} ${request.url}`);
      return Promise.resolve({ answered: true, status: 200, headers: {}, body: '' });
    };
    await exchangeCode(world({ http: record }), hostsOf('us'), app, code);
    expect(urls[0]).toMatch(/^GET https:\/\/auth\.tiktok-shops\.com\/api\/v2\/token\/get\?/);
  });

  it('is never retried if the connection broke after it was sent', async () => {
    const { hosts, seen } = await tiktokShop(['cut']);
    const answer = await exchangeCode(world(), hosts, app, code);
    expect(answer).toMatchObject({ ok: false, failure: { code: 'exchange-uncertain' } });
    expect(seen).toHaveLength(1);
  });

  it.each(['timeout', 'connection-lost', 'proxy', 'answer-too-large'] as const)(
    'is uncertain after %s if it may have arrived',
    async (reason) => {
      const { http: played, calls } = scripted([noAnswer(reason, true)]);
      const answer = await exchangeCode(world({ http: played }), hostsOf('row'), app, code);
      expect(answer).toMatchObject({ ok: false, failure: { code: 'exchange-uncertain' } });
      expect(calls()).toBe(1);
    },
  );

  it('is retried once if it was certainly not sent', async () => {
    const good: HttpAnswer = { answered: true, status: 200, headers: {}, body: JSON.stringify(tokens) };
    const { http: played } = scripted([noAnswer('refused', false), good]);
    const answer = await exchangeCode(world({ http: played }), hostsOf('row'), app, code);
    expect(answer.ok).toBe(true);
  });

  it('fails if the second attempt isn’t sent either', async () => {
    const io = world();
    const answer = await exchangeCode(io, hostsOf('row', 'http://127.0.0.1:9'), app, code);
    expect(answer).toMatchObject({
      failure: { code: 'network-failed', message: expect.stringContaining('couldn’t be reached') as string },
    });
    expect(io.clock.slept).toHaveLength(1);
  });

  it('is uncertain if the second attempt may have arrived', async () => {
    const { http: played } = scripted([noAnswer('dns', false), noAnswer('timeout', true)]);
    const answer = await exchangeCode(world({ http: played }), hostsOf('row'), app, code);
    expect(answer).toMatchObject({ ok: false, failure: { code: 'exchange-uncertain' } });
  });

  it.each(['tls-untrusted', 'tls-wrong-name', 'tls-date'] as const)('isn’t retried after %s', async (reason) => {
    const { http: played, calls } = scripted([noAnswer(reason, false)]);
    const answer = await exchangeCode(world({ http: played }), hostsOf('row'), app, code);
    expect(answer).toMatchObject({
      failure: { code: 'network-failed', message: expect.stringContaining('couldn’t be reached') as string },
    });
    expect(calls()).toBe(1);
  });

  it('isn’t retried after a response, whatever it is', async () => {
    const limit = {
      status: 429,
      headers: { 'retry-after': '1' },
      body: { code: 36009002, message: 'Too many requests' },
    };
    for (const reply of [limit, { status: 502, body: '<html>' }, { body: { code: 36004004, message: 'used' } }]) {
      const { hosts, seen } = await tiktokShop([reply]);
      expect((await exchangeCode(world(), hosts, app, code)).ok).toBe(false);
      expect(seen).toHaveLength(1);
    }
  });

  it('doesn’t repeat a code that TikTok Shop echoes, whether unchanged or URL-encoded', async () => {
    const message = `bad ${code.reveal()} in auth_code=TTP_a%2Bb%2Fc%3D%26d`;
    const { hosts } = await tiktokShop([{ body: { code: 36004004, message } }]);
    const answer = await exchangeCode(world(), hosts, app, code);
    expect(!answer.ok && answer.failure.message).toContain('“bad [secret] in auth_code=[secret]”');
  });

  it('sends nothing after the user has interrupted it', async () => {
    const { http: played, calls } = scripted([]);
    const answer = await exchangeCode(world({ http: played, signal: AbortSignal.abort() }), hostsOf('row'), app, code);
    expect(answer).toMatchObject({ ok: false, failure: { code: 'interrupted' } });
    expect(calls()).toBe(0);
  });

  it('names the host and no secret if it fails', async () => {
    const { hosts, origin } = await tiktokShop(['cut']);
    const answer = await exchangeCode(world(), hosts, app, code);
    const said = answer.ok ? '' : `${answer.failure.message} ${answer.failure.fix} ${answer.failure.stack ?? ''}`;
    expect(said).toContain(new URL(origin).host);
    expect(said).not.toContain(app.appSecret.reveal());
    expect(said).not.toContain('TTP_');
  });
});

describe('refreshing', () => {
  it('is one GET with the refresh token, and returns the tokens to store', async () => {
    const { hosts, seen } = await tiktokShop([{ body: tokens }]);
    const answer = await refreshTokens(world(), hosts, app, refreshToken);
    expect(answer.ok && answer.value.refreshToken.reveal()).toBe('TTP_rotated');
    expect(seen[0]).toMatchObject({ method: 'GET', path: '/api/v2/token/refresh' });
    expect(seen[0]?.query).toEqual({
      app_key: app.appKey,
      app_secret: app.appSecret.reveal(),
      refresh_token: 'TTP_refresh',
      grant_type: 'refresh_token',
    });
  });

  it('isn’t retried if it may have arrived', async () => {
    const { hosts, seen } = await tiktokShop(['cut']);
    const answer = await refreshTokens(world(), hosts, app, refreshToken);
    expect(answer).toMatchObject({
      failure: { code: 'network-failed', message: expect.stringContaining('gave no answer') as string },
    });
    expect(seen).toHaveLength(1);
  });

  it('keeps the old refresh token if the response has no new one, but an exchange needs one', async () => {
    const { refresh_token: _token, refresh_token_expire_in: _end, ...data } = tokens.data;
    for (const absent of [{}, { refresh_token: '', refresh_token_expire_in: 0 }, { refresh_token: null }]) {
      const { hosts } = await tiktokShop([{ body: { ...tokens, data: { ...data, ...absent } } }]);
      const answer = await refreshTokens(world(), hosts, app, refreshToken);
      expect(answer.ok && answer.value.refreshToken.reveal()).toBe('TTP_refresh');
      expect(answer.ok && 'refreshTokenExpiresAt' in answer.value).toBe(false);
    }
    const { hosts: others } = await tiktokShop([{ body: { ...tokens, data } }]);
    expect(await exchangeCode(world(), others, app, code)).toMatchObject({ failure: { code: 'answer-unreadable' } });
  });

  it('fails at once with the seconds to wait if TikTok Shop asks to slow down, as an exchange does', async () => {
    const slow = { status: 429, headers: { 'retry-after': '7' }, body: { code: 36009002, message: 'slow' } };
    for (const ask of [refreshTokens, exchangeCode]) {
      const { hosts, seen } = await tiktokShop([slow, { body: tokens }]);
      const answer = await ask(world(), hosts, app, code);
      expect(answer).toMatchObject({ failure: { code: 'rate-limited' }, retryAfter: 7 });
      expect(seen).toHaveLength(1);
    }
  });

  it('distinguishes a revoked authorization from an expired one', async () => {
    const { hosts } = await tiktokShop([
      { body: { code: 36004005, message: 'can not find related auth record', request_id: 'r2' } },
      { body: { code: 36004001, message: 'rt has expired' } },
    ]);
    const revoked = await refreshTokens(world(), hosts, app, refreshToken);
    const over = await refreshTokens(world(), hosts, app, refreshToken);
    expect(revoked).toMatchObject({ failure: { code: 'refresh-token-unknown', requestId: 'r2' } });
    expect(over).toMatchObject({ failure: { code: 'refresh-token-expired' } });
  });

  it('continues after an interruption once it has begun, because the response may contain the only valid refresh token', async () => {
    const controller = new AbortController();
    const { hosts, seen } = await tiktokShop([{ body: tokens }]);
    const interrupted: typeof http = (request) => {
      const answer = http(request);
      controller.abort();
      return answer;
    };
    const clock = { now: () => now, monotonic: () => now, sleep: () => new Promise<void>(() => undefined) };
    const io = { ...world({ http: interrupted, signal: controller.signal }), clock };
    expect(await refreshTokens(io, hosts, app, refreshToken)).toMatchObject({ ok: true });
    expect(await refreshTokens(io, hosts, app, refreshToken)).toMatchObject({ failure: { code: 'interrupted' } });
    expect(seen).toHaveLength(1);
  });

  it('says after an interruption that it is waiting, and what is uncertain if no response arrives', async () => {
    const controller = new AbortController();
    const said: string[] = [];
    const interrupted = (): Promise<HttpAnswer> => {
      controller.abort();
      return Promise.resolve(noAnswer('timeout', true));
    };
    const say = { line: (text = '') => said.push(text) };
    const io = { ...world({ http: interrupted, signal: controller.signal }), say };
    const answer = await refreshTokens(io, hostsOf('row'), app, refreshToken);
    expect(answer).toMatchObject({ failure: { code: 'interrupted-unanswered' } });
    expect(!answer.ok && answer.failure.message).toMatch(/may no longer work/);
    expect(said).toEqual([expect.stringMatching(/up to 15 seconds/)]);
  });
});

describe('checking an App Key', () => {
  it('sends an impossible code, and the key is recognized if TikTok Shop refuses that code', async () => {
    const reply = { code: 36004004, message: 'invalid auth code', request_id: 'r3' };
    const { hosts, seen } = await tiktokShop([{ body: reply }]);
    expect(await probeApp(world(), hosts, app)).toEqual({ ok: true, value: 'recognized' });
    expect(seen[0]).toMatchObject({ method: 'GET', path: '/api/v2/token/get' });
    expect(seen[0]?.query).toMatchObject({ app_key: app.appKey, grant_type: 'authorized_code' });
    expect(seen[0]?.query['auth_code']).not.toMatch(/^(TTP|ROW|GCP)_/);
  });

  it('recognizes the key even if TikTok Shop accepts the impossible code', async () => {
    const { hosts } = await tiktokShop([{ body: tokens }]);
    expect(await probeApp(world(), hosts, app)).toEqual({ ok: true, value: 'recognized' });
  });

  it('reports any other refusal', async () => {
    const { hosts } = await tiktokShop([{ body: { code: 36004201, message: 'Invalid app_key' } }]);
    expect(await probeApp(world(), hosts, app)).toMatchObject({ ok: false, failure: { code: 'app-key-invalid' } });
  });

  it('isn’t an exchange, so a request that may have arrived is a network failure', async () => {
    const { hosts } = await tiktokShop(['cut']);
    expect(await probeApp(world(), hosts, app)).toMatchObject({ ok: false, failure: { code: 'network-failed' } });
  });
});

describe('the timeout', () => {
  it('is 15 seconds for tokens and 10 seconds for the App Key check', async () => {
    const times: number[] = [];
    const record = (request: { timeout: number }): Promise<HttpAnswer> => {
      times.push(request.timeout);
      return Promise.resolve(noAnswer('timeout', true));
    };
    const io = world({ http: record });
    await exchangeCode(io, hostsOf('row'), app, code);
    await refreshTokens(io, hostsOf('row'), app, refreshToken);
    await probeApp(io, hostsOf('row'), app);
    expect(times).toEqual([15_000, 15_000, 10_000]);
  });
});
