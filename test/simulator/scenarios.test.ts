import { expect, test } from 'vitest';
import { demoScopes } from '../../src/simulator/world.ts';
import { scenarioDescriptions, scenarios, type Scenario } from './scenarios.ts';
import type { Simulator } from './simulator.ts';
import { authorizationAddress, authorize, connect, signedCall, start, tokenCall, tokensIn } from './client.ts';

/** Approves, exchanges the code, and returns the status, code and message. */
async function exchanged(simulator: Simulator): Promise<{ status: number; code: number; message: string }> {
  const answer = await tokenCall(simulator, 'get', (await authorize(simulator)).get('code') ?? '');
  return { status: answer.status, code: answer.json().code, message: answer.json().message };
}

async function listed(
  simulator: Simulator,
  token?: string,
): Promise<{ status: number; code: number; message: string }> {
  const answer = await signedCall(simulator, { token: token ?? (await connect(simulator)).access_token });
  return { status: answer.status, code: answer.json().code, message: answer.json().message };
}

async function staysInBrowser(simulator: Simulator, words: string): Promise<void> {
  expect(await simulator.approveAsSeller(authorizationAddress(simulator))).toEqual({ status: 200, redirectedTo: null });
  const page = await fetch(authorizationAddress(simulator));
  expect(await page.text()).toContain(`<h1>${words}</h1>`);
  expect(simulator.issued.codes).toEqual([]);
}

const day = 86_400;
const inSeconds = (): number => Math.floor(Date.now() / 1000);

/** The expected behavior in each scenario. A new scenario without an entry doesn't compile. */
const shows: Record<Scenario, (simulator: Simulator) => Promise<void>> = {
  async approve(simulator) {
    expect(await listed(simulator)).toEqual({ status: 200, code: 0, message: 'Success' });
  },
  async deny(simulator) {
    const came = await authorize(simulator, 'mine');
    expect(Object.fromEntries(came)).toEqual({ code: 'null', error: 'auth_denied', state: 'mine' });
    expect(simulator.issued.codes).toEqual([]);
  },
  async 'wrong-state'(simulator) {
    const state = (await authorize(simulator, 'mine')).get('state');
    expect(state).toHaveLength(43);
    expect(state).not.toBe('mine');
  },
  async 'no-state'(simulator) {
    const came = await authorize(simulator, 'mine');
    expect(came.has('state')).toBe(false);
    expect(came.get('code')).toBe(simulator.issued.codes[0]);
  },
  async 'other-app-key'(simulator) {
    const appKey = (await authorize(simulator)).get('app_key');
    expect(appKey).toMatch(/^6[0-9a-z]{12}$/);
    expect(appKey).not.toBe(simulator.app.appKey);
  },
  async 'draft-app'(simulator) {
    await staysInBrowser(simulator, 'Not available in your shop&#39;s region');
    expect((await fetch(authorizationAddress(simulator))).url).toContain('is_draft=true');
  },
  'no-permission': (simulator) => staysInBrowser(simulator, 'No authorization permission for your account region'),
  async 'expired-code'(simulator) {
    expect(await exchanged(simulator)).toEqual({ status: 200, code: 36004004, message: 'invalid auth code' });
  },
  async 'used-code'(simulator) {
    expect(await exchanged(simulator)).toEqual({ status: 200, code: 36004004, message: 'invalid auth code' });
  },
  async 'wrong-secret'(simulator) {
    expect(await listed(simulator)).toMatchObject({ status: 401, code: 106001 });
  },
  async 'wrong-app-key'(simulator) {
    expect(await exchanged(simulator)).toEqual({ status: 200, code: 36004201, message: 'Invalid app_key' });
    const refused = await listed(simulator, 'ROW_x');
    expect(refused).toMatchObject({ status: 401, code: 36009004 });
    expect(refused.message).toContain('Invalid `app_key`');
  },
  async 'missing-scope'(simulator) {
    const { granted_scopes: granted } = await connect(simulator);
    expect(granted).toEqual(demoScopes.filter((key) => key !== 'seller.order.info'));
    expect(granted).not.toContain('seller.order.info');
    expect(await listed(simulator)).toMatchObject({ code: 0 });
  },
  async 'no-shop-scope'(simulator) {
    const { granted_scopes: granted } = await connect(simulator);
    expect(granted).not.toContain('seller.authorization.info');
    const refused = await listed(simulator);
    expect(refused).toMatchObject({ status: 401, code: 105005 });
    expect(refused.message).toMatch(/^Access denied/);
  },
  async 'no-scope-list'(simulator) {
    expect(await connect(simulator)).not.toHaveProperty('granted_scopes');
    expect(await listed(simulator)).toMatchObject({ code: 0 });
  },
  async 'clock-skew'(simulator) {
    const { access_token: token } = await connect(simulator);
    const answer = await signedCall(simulator, { token });
    expect(answer.json()).toMatchObject({ code: 36009004 });
    expect(answer.json().message).toContain('must not be earlier than 5 minutes');
    const ahead = Date.parse(answer.headers.get('date') ?? '') - Date.now();
    expect(ahead).toBeGreaterThan(9 * 60_000);
    expect(await signedCall(simulator, { token, timestamp: inSeconds() + 600 })).toMatchObject({ status: 200 });
  },
  async 'rate-limit'(simulator) {
    const answer = await signedCall(simulator, { token: (await connect(simulator)).access_token });
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBe('7');
    expect(answer.json()).toMatchObject({ code: 36009002 });
    expect(answer.json().message).toMatch(/^Too many requests/);
  },
  async 'bad-gateway'(simulator) {
    const code = (await authorize(simulator)).get('code') ?? '';
    for (const answer of [await tokenCall(simulator, 'get', code), await signedCall(simulator, { token: 'ROW_x' })]) {
      expect(answer.status).toBe(502);
      expect(answer.headers.get('content-type')).toBe('text/html');
      expect(answer.text).toMatch(/^<html>/);
    }
    simulator.setScenario('approve');
    tokensIn(await tokenCall(simulator, 'get', code));
  },
  async 'empty-shops'(simulator) {
    const answer = await signedCall(simulator, { token: (await connect(simulator)).access_token });
    expect(answer.json()).toMatchObject({ code: 0, data: { shops: [] } });
  },
  async creator(simulator) {
    expect((await connect(simulator)).user_type).toBe(1);
  },
  async 'hundred-years'(simulator) {
    const tokens = await connect(simulator);
    expect(tokens.refresh_token_expire_in).toBe(4878250317);
    expect(tokens.access_token_expire_in).toBeLessThan(2 ** 31);
  },
  async 'relative-expiry'(simulator) {
    expect(await connect(simulator)).toMatchObject({
      access_token_expire_in: 7 * day,
      refresh_token_expire_in: 365 * day,
    });
  },
  async slow(simulator) {
    const code = (await authorize(simulator)).get('code') ?? '';
    const began = performance.now();
    tokensIn(await tokenCall(simulator, 'get', code));
    expect(performance.now() - began).toBeGreaterThan(140);
  },
  async down(simulator) {
    const code = (await authorize(simulator)).get('code') ?? '';
    await expect(tokenCall(simulator, 'get', code)).rejects.toThrow('fetch failed');
    await expect(signedCall(simulator, { token: 'ROW_x' })).rejects.toThrow('fetch failed');
    expect(simulator.requests.at(-1)?.answered).toEqual({ status: 0 });
  },
  async 'ip-not-allowed'(simulator) {
    const refused = await exchanged(simulator);
    expect(refused.status).toBe(200);
    expect(refused.code).not.toBe(0);
    expect(refused.message).toContain('not in the IP allow list');
    expect(await listed(simulator, 'ROW_x')).toMatchObject({ status: 401, code: 36009033 });
  },
  async revoked(simulator) {
    const tokens = await connect(simulator);
    const refused = await listed(simulator, tokens.access_token);
    expect(refused).toMatchObject({ status: 401, code: 105001 });
    expect(refused.message).toMatch(/^access token is invalid; .*deauthorized$/);
    expect((await tokenCall(simulator, 'refresh', tokens.refresh_token)).json().code).toBe(36004005);
  },
  async 'expired-token'(simulator) {
    const tokens = await connect(simulator);
    expect(await listed(simulator, tokens.access_token)).toMatchObject({ status: 401, code: 105002 });
    const fresh = tokensIn(await tokenCall(simulator, 'refresh', tokens.refresh_token));
    expect(await listed(simulator, fresh.access_token)).toMatchObject({ status: 200, code: 0 });
  },
  async 'expired-refresh-token'(simulator) {
    const { refresh_token: token } = await connect(simulator);
    const answer = await tokenCall(simulator, 'refresh', token);
    expect(answer.json()).toMatchObject({ code: 36004001, message: 'rt has expired' });
  },
  async 'seller-inactive'(simulator) {
    const refused = await exchanged(simulator);
    expect(refused).toMatchObject({ status: 200, code: 105004 });
    expect(refused.message).toMatch(/^auth state is inactive;/);
    expect((await tokenCall(simulator, 'get', 'junk')).json().code).toBe(36004004);
  },
  async 'vendor-error'(simulator) {
    expect(await listed(simulator)).toMatchObject({ status: 401, code: 36009003 });
  },
};

test.each(scenarios.map((scenario) => [scenario, scenarioDescriptions[scenario]] as const))(
  '%s: %s',
  async (scenario) => {
    const simulator = await start({ scenario, retryAfter: 7, slowness: 150 });
    await shows[scenario](simulator);
    expect(simulator.unexpected).toEqual([]);
  },
);

test('a scenario can be changed while the simulator runs', async () => {
  const simulator = await start();
  const { access_token: token } = await connect(simulator);
  simulator.setScenario('vendor-error');
  expect(await listed(simulator, token)).toMatchObject({ code: 36009003 });
  simulator.setScenario('approve');
  expect(await listed(simulator, token)).toMatchObject({ code: 0 });
});

test('every scenario has a one-line description', () => {
  expect(scenarios).toHaveLength(Object.keys(shows).length);
  for (const scenario of scenarios) expect(scenarioDescriptions[scenario]).toMatch(/^.{10,120}$/);
});
