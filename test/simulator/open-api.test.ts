import { describe, expect, onTestFinished, test } from 'vitest';
import { startSimulator as startDemo } from '../../src/simulator/simulator.ts';
import { connect, deauthorize, redirectUrl, signedCall, start, tokenCall, tokensIn } from './client.ts';
import { differences, operation, schemaOf } from './openapi.ts';

const shopsPath = '/authorization/202309/shops';
const startOfTest = 1_760_000_000_000;
const twoShops = [
  { name: 'Maple', region: 'GB' },
  { name: 'Thread', region: 'DE', sellerType: 'CROSS_BORDER' },
];

describe('listing the shops', () => {
  test('returns exactly what the official description says', async () => {
    const simulator = await start({ shops: twoShops });
    const answer = await signedCall(simulator, { token: (await connect(simulator)).access_token });
    expect(answer.status).toBe(200);
    expect(differences(answer.json(), schemaOf(operation('get', shopsPath)))).toEqual([]);
    expect(answer.json().code).toBe(0);
    expect(answer.json().data).toEqual({
      shops: simulator.shops.map(({ id, name, region, sellerType, cipher, code }) => ({
        id,
        name,
        region,
        seller_type: sellerType,
        cipher,
        code,
      })),
    });
    expect(simulator.shops[0]?.id).toMatch(/^7\d{18}$/);
    expect(simulator.unexpected).toEqual([]);
  });

  test('requires every header that the official description marks as required', async () => {
    const simulator = await start();
    const token = (await connect(simulator)).access_token;
    const required = operation('get', shopsPath).parameters.filter((parameter) => parameter.required);
    expect(required.map(({ name }) => name.toLowerCase())).toEqual(['x-tts-access-token', 'content-type']);
    for (const { name } of required) {
      const answer = await signedCall(simulator, { token, headers: { [name.toLowerCase()]: '' } });
      expect(answer.status, name).toBeGreaterThanOrEqual(400);
    }
  });

  test.each([
    [300, 200, 0],
    [301, 401, 36009004],
    [-30, 200, 0],
    [-31, 401, 36009004],
  ])('with a clock %i seconds behind returns HTTP %i with code %i', async (behind, status, code) => {
    const simulator = await start({ now: () => startOfTest });
    const token = (await connect(simulator)).access_token;
    const answer = await signedCall(simulator, { token, timestamp: startOfTest / 1000 - behind });
    expect([answer.status, answer.json().code]).toEqual([status, code]);
    expect(answer.headers.get('date')).toBe(new Date(startOfTest).toUTCString());
    if (status !== 200) {
      expect(answer.json().message).toMatch(behind > 0 ? /earlier than 5 minutes/ : /more than 30 seconds/);
      expect(answer.json().data).toBeNull();
    }
  });

  test.each([
    ['another App Secret', { appSecret: 'f'.repeat(40) }, 106001, '`sign`'],
    ['a signature of another request', { sign: '0'.repeat(64) }, 106001, '`sign`'],
    ['no signature', { sign: '' }, 36009004, 'required signature'],
    ['an unknown App Key', { appKey: '6aaaaaaaaaaaa' }, 36009004, 'Invalid `app_key`'],
    ['a token that was never issued', { token: `ROW_${'x'.repeat(128)}` }, 36009004, '`x-tts-access-token`'],
    ['no token', { token: '' }, 36009004, '`x-tts-access-token`'],
    ['a token in another format', { token: 'abc' }, 36009005, 'access_token header is invalid'],
  ])('with %s is refused with 401', async (_, change, code, words) => {
    const simulator = await start();
    const token = (await connect(simulator)).access_token;
    const answer = await signedCall(simulator, { token, ...change });
    expect(answer.status).toBe(401);
    expect(answer.json().code).toBe(code);
    expect(answer.json().message).toContain(words);
    expect(answer.json().request_id).toMatch(/^\d{14}[0-9A-F]{20}$/);
  });

  test('is refused after the token has expired, and allowed again after a refresh', async () => {
    const simulator = await start({ accessTokenLifetime: 3600 });
    const tokens = await connect(simulator);
    expect(tokens.access_token_expire_in).toBeLessThanOrEqual(Math.ceil(Date.now() / 1000) + 3600);
    simulator.expireAccessTokens();
    const answer = await signedCall(simulator, { token: tokens.access_token });
    expect(answer.json()).toMatchObject({
      code: 105002,
      message: expect.stringMatching(/^Expired credentials/) as string,
    });
    const { access_token: fresh } = tokensIn(await tokenCall(simulator, 'refresh', tokens.refresh_token));
    expect((await signedCall(simulator, { token: fresh })).json().code).toBe(0);
  });

  test('is refused after the seller has revoked the authorization, until there is a new one', async () => {
    const simulator = await start();
    const { access_token: old } = await connect(simulator);
    simulator.revoke();
    expect((await signedCall(simulator, { token: old })).json().code).toBe(105001);
    const { access_token: fresh } = await connect(simulator);
    expect((await signedCall(simulator, { token: fresh })).json().code).toBe(0);
  });

  test.each([
    ['the access token is in the address', { query: { access_token: 'x' } }],
    ['this endpoint has no parameter shop_cipher', { query: { shop_cipher: 'x' } }],
    ['timestamp is not ten digits', { query: { timestamp: '1760000000000' } }],
    ['app_key is missing', { appKey: '' }],
    ['content-type is not application/json', { headers: { 'content-type': 'text/plain' } }],
  ])('is refused and recorded as unexpected because %s', async (why, change) => {
    const simulator = await start();
    const token = (await connect(simulator)).access_token;
    const answer = await signedCall(simulator, { token, ...change });
    expect(answer).toMatchObject({ status: 400, text: `simulated TikTok Shop: ${why}\n` });
    expect(simulator.unexpected).toEqual([{ method: 'GET', path: shopsPath, why }]);
  });
});

test('the demo refuses a signed call that TikTok Shop would refuse, and says why', async () => {
  const demo = await startDemo({ redirectUrl });
  onTestFinished(demo.close);
  const approved = new URL(demo.approve(`${demo.origin}/open/authorize`));
  const code = approved.searchParams.get('code') ?? '';
  const token = tokensIn(await tokenCall(demo, 'get', code)).access_token;
  expect((await signedCall(demo, { token })).json().code).toBe(0);
  const now = Math.floor(Date.now() / 1000);
  for (const [change, why] of [
    [{ sign: '' }, 'sign is wrong'],
    [{ appSecret: 'f'.repeat(40) }, 'sign is wrong'],
    [{ appKey: '6aaaaaaaaaaaa' }, 'app_key is unknown'],
    [{ timestamp: now - 400 }, 'timestamp is more than 5 minutes old'],
    [{ timestamp: now + 400 }, 'timestamp is more than 30 seconds ahead'],
    [{ token: `ROW_${'x'.repeat(128)}` }, 'the access token isn’t valid'],
  ] as const) {
    const answer = await signedCall(demo, { token, ...change });
    expect(answer).toMatchObject({ status: 400, text: `simulated TikTok Shop: ${why}\n` });
  }
});

describe('deauthorizing a shop', () => {
  test('returns exactly what the official description says, and the shop is no longer listed', async () => {
    const simulator = await start({ shops: twoShops });
    const token = (await connect(simulator)).access_token;
    const [maple, thread] = simulator.shops;
    const answer = await deauthorize(simulator, token, { shop_cipher: maple?.cipher ?? '' });
    expect(answer.status).toBe(200);
    expect(answer.json().code).toBe(0);
    expect(differences(answer.json(), schemaOf(operation('delete', '/authorization/202403/shops')))).toEqual([]);
    const left = await signedCall(simulator, { token });
    expect(left.json().data).toMatchObject({ shops: [{ id: thread?.id }] });
    expect(left.json().data?.['shops']).toHaveLength(1);
  });

  test('of the last shop ends the authorization', async () => {
    const simulator = await start();
    const tokens = await connect(simulator);
    await deauthorize(simulator, tokens.access_token, { shop_cipher: simulator.shops[0]?.cipher ?? '' });
    expect((await signedCall(simulator, { token: tokens.access_token })).json().code).toBe(105001);
  });

  test('requires the cipher, as the official description says', async () => {
    const simulator = await start();
    const token = (await connect(simulator)).access_token;
    expect(operation('delete', '/authorization/202403/shops').parameters).toContainEqual(
      expect.objectContaining({ name: 'shop_cipher', in: 'query', required: true }),
    );
    const answer = await deauthorize(simulator, token, {});
    expect(answer.status).toBe(401);
    expect(answer.json().code).toBe(106013);
  });

  test('that isn’t authorized is refused, recorded as unexpected, and changes nothing', async () => {
    const simulator = await start();
    const token = (await connect(simulator)).access_token;
    expect((await deauthorize(simulator, token, { shop_cipher: 'ROW_other' })).status).toBe(400);
    expect(simulator.unexpected).toHaveLength(1);
    expect((await signedCall(simulator, { token })).json().code).toBe(0);
  });
});

describe('the comparison of a response with its description', () => {
  const schema = schemaOf(operation('get', shopsPath));
  const shop = { id: '1', name: 'n', region: 'GB', seller_type: 'LOCAL', cipher: 'c', code: 'x' };
  const good = { code: 0, message: 'm', request_id: 'r', data: { shops: [shop] } };

  test('finds an undescribed field, a missing field, and a field of another type', () => {
    expect(differences(good, schema)).toEqual([]);
    expect(differences({ ...good, extra: 1 }, schema)).toEqual(['answer.extra: not described']);
    expect(differences({ ...good, code: '0' }, schema)).toEqual(['answer.code: not int32']);
    const odd = { id: 1, name: 'n', region: 'GB', seller_type: 'LOCAL', code: 'x' };
    expect(differences({ ...good, data: { shops: [odd] } }, schema)).toEqual([
      'answer.data.shops[0].cipher: absent',
      'answer.data.shops[0].id: not string',
    ]);
  });
});
