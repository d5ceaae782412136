import { describe, expect, test } from 'vitest';
import { demoScopes } from '../../src/simulator/world.ts';
import { ask, authorize, connect, start, tokenCall, tokensIn } from './client.ts';

const startOfTest = 1_760_000_000_000;

describe('exchanging a code', () => {
  test('returns tokens with absolute expiry times in seconds, the seller and the scopes', async () => {
    const simulator = await start({ now: () => startOfTest, shops: [{ name: 'Maple', region: 'IE' }] });
    const answer = await tokenCall(simulator, 'get', (await authorize(simulator)).get('code') ?? '');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('application/json');
    const envelope = answer.json();
    expect(envelope).toMatchObject({ code: 0, message: 'success' });
    expect(envelope.request_id).toMatch(/^20251009085320[0-9A-F]{20}$/);
    const tokens = tokensIn(answer);
    expect(tokens).toEqual({
      access_token: simulator.issued.accessTokens[0],
      access_token_expire_in: startOfTest / 1000 + 7 * 86_400,
      refresh_token: simulator.issued.refreshTokens[0],
      refresh_token_expire_in: startOfTest / 1000 + 365 * 86_400,
      open_id: tokens.open_id,
      seller_name: 'Maple',
      seller_base_region: 'IE',
      user_type: 0,
      granted_scopes: demoScopes,
    });
    expect(tokens.access_token).toMatch(/^ROW_[\w-]{96,196}$/);
    expect(tokens.refresh_token).toHaveLength(79);
    expect(simulator.unexpected).toEqual([]);
  });

  test('works once', async () => {
    const simulator = await start();
    const code = (await authorize(simulator)).get('code') ?? '';
    tokensIn(await tokenCall(simulator, 'get', code));
    const again = await tokenCall(simulator, 'get', code);
    expect(again.status).toBe(200);
    expect(again.json()).toMatchObject({ code: 36004004, message: 'invalid auth code' });
    expect(again.json()).not.toHaveProperty('data');
  });

  test.each([
    ['30 minutes', 0, 30 * 60_000],
    ['a moment more than 30 minutes', 36004004, 30 * 60_000 + 1],
  ])('%s after the approval returns code %i', async (_, expected, age) => {
    let now = startOfTest;
    const simulator = await start({ now: () => now });
    const code = (await authorize(simulator)).get('code') ?? '';
    now += age;
    expect((await tokenCall(simulator, 'get', code)).json().code).toBe(expected);
  });

  test('with a junk code, the code is refused if the App Key is right, and the App Key if it isn’t', async () => {
    const simulator = await start();
    expect((await tokenCall(simulator, 'get', 'junk')).json().code).toBe(36004004);
    expect((await tokenCall(simulator, 'get', 'junk', { app_key: '6aaaaaaaaaaaa' })).json()).toMatchObject({
      code: 36004201,
      message: 'Invalid app_key',
    });
    expect(simulator.unexpected).toEqual([]);
  });

  test('with another App Secret returns tokens, because the real error isn’t known', async () => {
    const simulator = await start();
    const code = (await authorize(simulator)).get('code') ?? '';
    tokensIn(await tokenCall(simulator, 'get', code, { app_secret: 'f'.repeat(40) }));
  });

  test.each([
    ['app_key is missing', { app_key: null }],
    ['app_secret is missing', { app_secret: null }],
    ['app_secret is missing', { app_secret: '' }],
    ['auth_code is missing', { auth_code: null }],
    ['grant_type is missing', { grant_type: null }],
    ['grant_type must be authorized_code', { grant_type: 'authorization_code' }],
    ['this endpoint has no parameter redirect_uri', { redirect_uri: 'x' }],
    ['this endpoint has no parameter sign', { sign: 'x' }],
  ])('is refused and recorded as unexpected because %s: %o', async (why, changes: Record<string, string | null>) => {
    const simulator = await start();
    const code = (await authorize(simulator)).get('code') ?? '';
    const answer = await tokenCall(simulator, 'get', code, changes);
    expect(answer).toMatchObject({ status: 400, text: `simulated TikTok Shop: ${why}\n` });
    expect(simulator.unexpected).toEqual([{ method: 'GET', path: '/api/v2/token/get', why }]);
    expect(simulator.issued.accessTokens).toEqual([]);
  });

  test.each(['get', 'refresh'])('isn’t possible with POST: %s', async (which) => {
    const simulator = await start();
    const answer = await ask(`${simulator.origin}/api/v2/token/${which}`, { method: 'POST', body: '{}' });
    expect(answer.status).toBe(404);
    expect(answer.text.trim()).toBe('404 page not found');
  });
});

describe('refreshing', () => {
  test('returns a new access token and a new refresh token, and the old one is no longer accepted', async () => {
    const simulator = await start();
    const first = await connect(simulator);
    const second = tokensIn(await tokenCall(simulator, 'refresh', first.refresh_token));
    expect(second.access_token).not.toBe(first.access_token);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(second.open_id).toBe(first.open_id);
    expect(second.granted_scopes).toEqual(first.granted_scopes);
    expect((await tokenCall(simulator, 'refresh', first.refresh_token)).json()).toMatchObject({
      code: 36004005,
      message: 'can not find related auth record',
    });
    tokensIn(await tokenCall(simulator, 'refresh', second.refresh_token));
  });

  test('keeps the approved scopes, whatever the scenario grants now', async () => {
    const simulator = await start();
    const first = await connect(simulator);
    simulator.setScenario('missing-scope');
    const second = tokensIn(await tokenCall(simulator, 'refresh', first.refresh_token));
    expect(second.granted_scopes).toEqual(first.granted_scopes);
  });

  test('is refused after the authorization’s year is over, and after the seller has revoked it', async () => {
    let now = startOfTest;
    const simulator = await start({ now: () => now });
    const { refresh_token: token } = await connect(simulator);
    now += 365 * 86_400_000;
    expect((await tokenCall(simulator, 'refresh', token)).json()).toMatchObject({
      code: 36004001,
      message: 'rt has expired',
    });
    simulator.revoke();
    expect((await tokenCall(simulator, 'refresh', token)).json().code).toBe(36004005);
    tokensIn(await tokenCall(simulator, 'get', (await authorize(simulator)).get('code') ?? ''));
  });

  test('with the wrong grant type is refused and recorded as unexpected', async () => {
    const simulator = await start();
    const { refresh_token: token } = await connect(simulator);
    const answer = await tokenCall(simulator, 'refresh', token, { grant_type: 'authorized_code' });
    expect(answer.status).toBe(400);
    expect(simulator.unexpected).toMatchObject([{ why: 'grant_type must be refresh_token' }]);
  });
});
