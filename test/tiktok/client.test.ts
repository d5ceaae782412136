import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HttpAnswer } from '../../src/ground/io.ts';
import { Secret } from '../../src/ground/secret.ts';
import { deauthorizeShop, listShops, readShops, type ShopList } from '../../src/tiktok/client.ts';
import { hostsOf } from '../../src/tiktok/portals.ts';
import { http, noAnswer, scripted, stillClock, tiktokShop } from './loopback.ts';

const now = Date.UTC(2026, 0, 1) + 999;
const appSecret = '0123456789abcdef0123456789abcdef01234567';
const app = { appKey: '6abc1def2ghi3', appSecret: new Secret(appSecret) };
const accessToken = new Secret('TTP_access-token');
const cipher = new Secret('TTP_XF90igAAAABh00qsWgtvOiGFNqyubMt3');

const shop = {
  id: '7000714532876273420',
  name: 'Maomao beauty shop',
  region: 'GB',
  seller_type: 'CROSS_BORDER',
  cipher: cipher.reveal(),
  code: 'CNGBCBA4LLU8',
};
const shops = { code: 0, message: 'Success', data: { shops: [shop] }, request_id: 'r1' };
const slowDown = { code: 36009002, message: 'Too many requests.', request_id: 'r9' };

function world(given: { http?: typeof http; signal?: AbortSignal } = {}) {
  return { http, clock: stillClock(now), signal: new AbortController().signal, ...given };
}

function hmac(message: string): string {
  return createHmac('sha256', appSecret).update(`${appSecret}${message}${appSecret}`).digest('hex');
}

describe('listing the shops', () => {
  it('is one signed GET with the token only in its header', async () => {
    const { hosts, seen } = await tiktokShop([{ body: shops }]);
    const answer = await listShops(world(), hosts, app, accessToken);
    expect(answer).toEqual({
      ok: true,
      requestId: 'r1',
      value: {
        shops: [{ id: shop.id, name: shop.name, region: 'GB', sellerType: 'CROSS_BORDER', cipher }],
        unusable: [],
      },
    });
    expect(answer.ok && answer.value.shops[0]?.cipher.reveal()).toBe(cipher.reveal());
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      method: 'GET',
      path: '/authorization/202309/shops',
      headers: { 'x-tts-access-token': 'TTP_access-token', 'content-type': 'application/json' },
    });
    expect(seen[0]?.query).toEqual({
      app_key: app.appKey,
      timestamp: '1767225600',
      sign: hmac(`/authorization/202309/shopsapp_key${app.appKey}timestamp1767225600`),
    });
    expect(seen[0]?.url).not.toMatch(/TTP_|access_token/);
    expect(seen[0]?.url).not.toContain(appSecret);
  });

  it('returns shops that don’t reveal their cipher when printed', async () => {
    const { hosts } = await tiktokShop([{ body: shops }]);
    const answer = await listShops(world(), hosts, app, accessToken);
    expect(answer.ok).toBe(true);
    expect(inspect(answer, { depth: 9 }) + JSON.stringify(answer)).not.toContain(cipher.reveal());
  });

  it('reports a missing scope with the request ID', async () => {
    const refusal = { code: 105005, message: 'Access denied. The app is not authorized …', request_id: 'r2' };
    const { hosts } = await tiktokShop([{ status: 401, body: refusal }]);
    const answer = await listShops(world(), hosts, app, accessToken);
    expect(answer).toMatchObject({ ok: false, failure: { code: 'scope-missing', requestId: 'r2' } });
  });

  it('removes the token and the secret from TikTok Shop’s message', async () => {
    const message = `token ${accessToken.reveal()} of ${appSecret} is odd`;
    const { hosts } = await tiktokShop([{ body: { code: 5, message } }]);
    const answer = await listShops(world(), hosts, app, accessToken);
    expect(!answer.ok && answer.failure.message).toContain('token [secret] of [secret] is odd');
  });

  it.each([
    ['seconds', { 'retry-after': '10' }, 10_000],
    ['a date', { 'retry-after': 'Thu, 01 Jan 2026 00:00:04 GMT', date: '' }, 4_000],
    [
      'a date, by its own clock',
      { 'retry-after': new Date(7_000).toUTCString(), date: new Date(3_000).toUTCString() },
      4_000,
    ],
  ])('waits if TikTok Shop asks for a short wait, given as %s, and signs again', async (_, headers, waited) => {
    const io = world();
    const { hosts, seen } = await tiktokShop([{ status: 429, headers, body: slowDown }, { body: shops }]);
    expect(await listShops(io, hosts, app, accessToken)).toMatchObject({ ok: true });
    expect(io.clock.slept).toEqual([waited]);
    expect(Number(seen[1]?.query['timestamp']) - Number(seen[0]?.query['timestamp'])).toBe(waited / 1000);
    expect(seen[1]?.query['sign']).not.toBe(seen[0]?.query['sign']);
  });

  it('also waits if a rate limit comes with HTTP 200', async () => {
    const { hosts } = await tiktokShop([{ headers: { 'retry-after': '1' }, body: slowDown }, { body: shops }]);
    expect(await listShops(world(), hosts, app, accessToken)).toMatchObject({ ok: true });
  });

  it('waits only once', async () => {
    const limit = { status: 429, headers: { 'retry-after': '2' }, body: slowDown };
    const { hosts, seen } = await tiktokShop([limit, limit]);
    const answer = await listShops(world(), hosts, app, accessToken);
    expect(answer).toMatchObject({ ok: false, failure: { code: 'rate-limited', requestId: 'r9' } });
    expect(!answer.ok && answer.failure.fix).toContain('2 seconds');
    expect(seen).toHaveLength(2);
  });

  it.each([
    ['more than ten seconds', { 'retry-after': '11' }, '11 seconds'],
    ['missing', {}, 'a minute'],
    ['negative', { 'retry-after': '-1' }, 'a minute'],
    ['31 years', { 'retry-after': '999999999' }, 'a minute'],
    ['too large for a number', { 'retry-after': '9'.repeat(400) }, 'a minute'],
    ['in the year 2099', { 'retry-after': 'Thu, 01 Jan 2099 00:00:00 GMT' }, 'a minute'],
    ['an invalid date', { 'retry-after': 'Someday, 99 Foo 2026 GMT' }, 'a minute'],
  ])('fails at once if Retry-After is %s', async (_, headers, words) => {
    const { hosts, seen } = await tiktokShop([{ status: 429, headers, body: slowDown }]);
    const answer = await listShops(world(), hosts, app, accessToken);
    expect(!answer.ok && answer.failure.code).toBe('rate-limited');
    expect(!answer.ok && answer.failure.fix).toContain(words);
    expect(seen).toHaveLength(1);
  });

  it('doesn’t wait if another failure has a Retry-After', async () => {
    const reply = { status: 503, headers: { 'retry-after': '1' }, body: { code: 36009003, message: 'Internal error' } };
    const { hosts, seen } = await tiktokShop([reply]);
    expect(await listShops(world(), hosts, app, accessToken)).toMatchObject({ failure: { code: 'vendor-error' } });
    expect(seen).toHaveLength(1);
  });

  it('ends when it is interrupted during the wait', async () => {
    const controller = new AbortController();
    const io = world({ signal: controller.signal });
    const sleep = (): Promise<void> => {
      controller.abort();
      return Promise.resolve();
    };
    const clock = { ...io.clock, sleep };
    const { hosts, seen } = await tiktokShop([{ status: 429, headers: { 'retry-after': '9' }, body: slowDown }]);
    const answer = await listShops({ ...io, clock }, hosts, app, accessToken);
    expect(answer).toMatchObject({ ok: false, failure: { code: 'interrupted' } });
    expect(seen).toHaveLength(1);
  });

  it('is retried once if it was certainly not sent, but not if it may have arrived', async () => {
    const good: HttpAnswer = { answered: true, status: 200, headers: {}, body: JSON.stringify(shops) };
    const again = scripted([noAnswer('dns', false), good]);
    expect(await listShops(world(again), hostsOf('us'), app, accessToken)).toMatchObject({ ok: true });
    const once = scripted([noAnswer('timeout', true)]);
    const answer = await listShops(world(once), hostsOf('us'), app, accessToken);
    expect(answer).toMatchObject({
      failure: { code: 'network-failed', message: expect.stringContaining('gave no answer') as string },
    });
    expect(!answer.ok && answer.failure.message).toContain('open-api.tiktokglobalshop.com');
  });
});

describe('a list of shops', () => {
  const value = (data: unknown): ShopList => {
    const reading = readShops(data);
    if ('value' in reading) return reading.value;
    throw new Error(reading.what);
  };

  it('may omit unneeded fields', () => {
    expect(value({ shops: [{ id: '1', cipher: 'c', seller_type: null }] })).toEqual({
      shops: [{ id: '1', name: '', region: '', sellerType: '', cipher: new Secret('c') }],
      unusable: [],
    });
  });

  it.each([
    ['missing', undefined],
    ['null', null],
    ['an empty string', ''],
    ['an empty array', []],
    ['an object without shops', {}],
    ['an object with null as its shops', { shops: null }],
    ['an object with an empty array as its shops', { shops: [] }],
    ['an object with an object as its shops', { shops: {} }],
    ['an object with only another field', { total: 0 }],
  ])('has no shops if its data is %s', (_, data) => {
    expect(value(data)).toEqual({ shops: [], unusable: [] });
  });

  it('may come without data', async () => {
    const { hosts } = await tiktokShop([{ body: { code: 0, message: 'Success' } }]);
    const answer = await listShops(world(), hosts, app, accessToken);
    expect(answer).toMatchObject({ ok: true, value: { shops: [], unusable: [] } });
  });

  it('may have numeric IDs as long as no digit is lost', () => {
    expect(value({ shops: [{ id: 49, cipher: 'c' }] }).shops).toMatchObject([{ id: '49' }]);
    expect(value({ shops: [{ id: 7000714532876273000, cipher: 'c', name: 'Big' }] }).unusable).toEqual(['Big']);
  });

  it.each([
    ['without a cipher', { ...shop, name: 'Other', cipher: undefined }, 'Other'],
    ['with an empty cipher', { ...shop, name: 'Other', cipher: '' }, 'Other'],
    ['without an ID', { ...shop, name: 'Other', id: undefined }, 'Other'],
    ['with neither a name nor a cipher', { id: '77', cipher: null }, '77'],
    ['without any field', {}, 'a shop without a name'],
    ['that is null', null, 'a shop without a name'],
    ['that is an array', [shop], 'a shop without a name'],
  ])('keeps the valid shops and names one %s', (_, entry, name) => {
    for (const shops of [
      [shop, entry],
      [entry, shop],
    ]) {
      expect(value({ shops })).toMatchObject({ shops: [{ id: shop.id, name: shop.name }], unusable: [name] });
    }
  });

  it.each([[[shop]], ['shops'], [7], [{ shops: 'none' }], [{ shops: shop }]])('can’t be read from %j', (data) => {
    expect(readShops(data)).toEqual({ what: 'a list of shops that can’t be read' });
  });

  it('is read without an exception, whatever it is', { tags: 'repetitive' }, () => {
    const entry = fc.dictionary(fc.constantFrom(...Object.keys(shop), '__proto__'), fc.jsonValue());
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.record({ shops: fc.array(entry) })), (data) => {
        const reading = readShops(data);
        if ('value' in reading) expect(reading.value.shops.every(({ id }) => id !== '')).toBe(true);
        else expect(reading.what).not.toBe('');
      }),
    );
  });
});

describe('deauthorizing a shop', () => {
  it('is one signed DELETE with the shop’s cipher', async () => {
    const { hosts, seen } = await tiktokShop([{ body: { code: 0, message: 'Success', data: {}, request_id: 'r4' } }]);
    const answer = await deauthorizeShop(world(), hosts, app, accessToken, cipher);
    expect(answer).toEqual({ ok: true, value: 'deauthorized', requestId: 'r4' });
    expect(seen[0]).toMatchObject({
      method: 'DELETE',
      path: '/authorization/202403/shops',
      headers: { 'x-tts-access-token': 'TTP_access-token', 'content-type': 'application/json' },
    });
    const parameters = `app_key${app.appKey}shop_cipher${cipher.reveal()}timestamp1767225600`;
    expect(seen[0]?.query).toEqual({
      app_key: app.appKey,
      shop_cipher: cipher.reveal(),
      timestamp: '1767225600',
      sign: hmac(`/authorization/202403/shops${parameters}`),
    });
    expect(seen[0]?.url).not.toContain('access');
  });

  it('waits once if TikTok Shop asks to slow down', async () => {
    const slow = { status: 429, headers: { 'retry-after': '1' }, body: slowDown };
    const { hosts, seen } = await tiktokShop([slow, slow, slow]);
    const answer = await deauthorizeShop(world(), hosts, app, accessToken, cipher);
    expect(answer).toMatchObject({ ok: false, failure: { code: 'rate-limited' } });
    expect(seen).toHaveLength(2);
  });

  it('doesn’t repeat the cipher in a failure', async () => {
    const { hosts } = await tiktokShop([{ body: { code: 8, message: `no such cipher ${cipher.reveal()}` } }]);
    const answer = await deauthorizeShop(world(), hosts, app, accessToken, cipher);
    expect(!answer.ok && answer.failure.message).toContain('no such cipher [secret]');
  });
});
