import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/ground/secret.ts';
import { readAnswer, type Answer } from '../../src/tiktok/answer.ts';
import { readTokenAnswer, type Tokens } from '../../src/tiktok/tokens.ts';

const now = Date.UTC(2026, 0, 1);
const heard = { host: 'auth', hostname: 'auth.example', now, secrets: [new Secret('the-secret')] } as const;

/** The answer printed in TikTok Shop's documents, with ends after `now`. */
const data = {
  access_token: 'TTP_access',
  access_token_expire_in: 1767830400,
  refresh_token: 'TTP_refresh',
  refresh_token_expire_in: 1798761600,
  open_id: '7010736057180325637',
  seller_name: 'Test Seller',
  seller_base_region: 'US',
  user_type: 0,
  granted_scopes: ['seller.order.info', 'seller.product.basic'],
};
const good = { code: 0, message: 'success', data, request_id: '2024080809462301024509910319695C45' };

function read(body: unknown, status = 200, headers = {}): Answer<Tokens> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return readAnswer({ answered: true, status, headers, body: text }, heard, readTokenAnswer(now));
}

function valueOf(answer: Answer<Tokens>): Tokens {
  if (answer.ok) return answer.value;
  throw answer.failure;
}

describe('an answer with tokens', () => {
  it('gives all that it tells, moments in milliseconds', () => {
    expect(read(good)).toEqual({
      ok: true,
      requestId: good.request_id,
      value: {
        accessToken: new Secret('TTP_access'),
        accessTokenExpiresAt: 1767830400000,
        refreshToken: new Secret('TTP_refresh'),
        refreshTokenExpiresAt: 1798761600000,
        openId: '7010736057180325637',
        sellerName: 'Test Seller',
        sellerBaseRegion: 'US',
        userType: 0,
        grantedScopes: ['seller.order.info', 'seller.product.basic'],
        requestId: good.request_id,
      },
    });
  });

  it('does not show the tokens', () => {
    const answer = read(good);
    expect(valueOf(answer).accessToken.reveal()).toBe('TTP_access');
    expect(inspect(answer, { depth: 9 }) + JSON.stringify(answer)).not.toMatch(/TTP_/);
  });

  it('needs no more than the tokens and their ends', () => {
    const { access_token, access_token_expire_in, refresh_token, refresh_token_expire_in } = data;
    const least = { access_token, access_token_expire_in, refresh_token, refresh_token_expire_in };
    expect(Object.keys(valueOf(read({ code: 0, data: least }))).sort()).toEqual([
      'accessToken',
      'accessTokenExpiresAt',
      'refreshToken',
      'refreshTokenExpiresAt',
    ]);
  });

  it.each([
    ['a code that is a string', { ...good, code: '0' }],
    ['fields that nobody knows', { ...good, extra: [1], data: { ...data, more: { a: 1 } } }],
    ['a message that is null', { ...good, message: null }],
    ['no message', { code: 0, data }],
    ['a request id that is a number', { ...good, request_id: 1 }],
    ['a byte order mark', `\uFEFF${JSON.stringify(good)}`],
    ['an HTTP status of an error', good],
  ])('is read in spite of %s', (what, body) => {
    expect(valueOf(read(body, what.includes('status') ? 500 : 200)).openId).toBe(data.open_id);
  });

  it.each([
    ['missing', undefined],
    ['null', null],
    ['one text', 'a,b'],
    ['not all texts', ['a', 1]],
    ['an object', {}],
  ])('does not tell the scopes when they are %s', (_, granted_scopes) => {
    expect(valueOf(read({ ...good, data: { ...data, granted_scopes } }))).not.toHaveProperty('grantedScopes');
  });

  it('tells that no scope was granted', () => {
    expect(valueOf(read({ ...good, data: { ...data, granted_scopes: [] } })).grantedScopes).toEqual([]);
  });

  const week = 604_800;
  const fifty = 50 * 365.25 * 86_400;
  it.each([
    ['absolute seconds', 1767830400, 1767830400000],
    ['absolute seconds in digits', '1767830400', 1767830400000],
    ['a duration', week, now + week * 1000],
    ['a duration in digits', String(week), now + week * 1000],
    ['nothing left', 0, now],
    ['the past', 1660556783, 1660556783000],
    ['the largest duration', 1e9 - 1, now + (1e9 - 1) * 1000],
    ['the smallest moment', 1e9, 1e12],
    ['beyond 31 bits', 2 ** 31 + 1, (2 ** 31 + 1) * 1000],
    ['the year 2124', 4878250317, null],
    ['milliseconds by mistake', now, null],
    ['beyond 2^53', '99999999999999999999', null],
    ['beyond all numbers', 1e308, null],
    ['just within fifty years', now / 1000 + fifty, now + fifty * 1000],
    ['just past fifty years', now / 1000 + fifty + 1, null],
  ])('has an end given as %s', (_, given, end) => {
    const tokens = { ...data, access_token_expire_in: given, refresh_token_expire_in: given };
    const value = valueOf(read({ ...good, data: tokens }));
    expect(value.refreshTokenExpiresAt).toBe(end);
    expect(value.accessTokenExpiresAt).toBe(end ?? now + fifty * 1000);
    expect(() => new Date(value.accessTokenExpiresAt).toISOString()).not.toThrow();
  });
});

describe('an answer without tokens', () => {
  it.each([
    ['nothing at all', ''],
    ['nothing at all', '  \n'],
    ['a web page', '<!doctype html><title>secret page</title>'],
    ['text that is not JSON', '404 page not found'],
    ['text that is not JSON', 'no such page {code}'],
    ['JSON that breaks off', JSON.stringify(good).slice(0, -20)],
    ['JSON of another kind', '[]'],
    ['JSON of another kind', 'null'],
    ['JSON of another kind', '"secret page"'],
    ['JSON of another kind', { message: 'secret page' }],
    ['JSON of another kind', { code: null, message: 'secret page', data }],
    ['JSON of another kind', { code: { a: 1 }, data }],
    ['without usable tokens', { code: 0, data: null }],
    ['without usable tokens', { code: 0 }],
    ['without usable tokens', { code: 0, data: [] }],
    ['without usable tokens', { code: 0, data: [data] }],
    ['without usable tokens', { code: 0, data: {} }],
    ['without usable tokens', { code: 0, data: { ...data, access_token: '' } }],
    ['without usable tokens', { code: 0, data: { ...data, access_token: 7 } }],
    ['without usable tokens', { code: 0, data: { ...data, access_token: 'a\r\nb: c' } }],
    ['without usable tokens', { code: 0, data: { ...data, refresh_token: undefined } }],
    ['without a readable expiry', { code: 0, data: { ...data, access_token_expire_in: 'soon' } }],
    ['without a readable expiry', { code: 0, data: { ...data, refresh_token_expire_in: -1 } }],
    ...['1.5', ' 7', '1e9', '0x10', '7 days', ''].map((end): [string, object] => {
      return ['without a readable expiry', { code: 0, data: { ...data, access_token_expire_in: end } }];
    }),
    ['without a readable expiry', { code: 0, data: { ...data, refresh_token_expire_in: null } }],
  ])('is unreadable, and says only that it is “%s”', (words, body) => {
    const answer = read(body);
    expect(answer).toMatchObject({ ok: false, sent: true, failure: { code: 'answer-unreadable' } });
    const said = answer.ok ? '' : answer.failure.message;
    expect(said).toContain(words);
    expect(said).toContain('auth.example answered 200');
    expect(said).not.toMatch(/secret page|TTP_/);
  });

  it('says that a gateway is down', () => {
    const answer = read('<html>502 Bad Gateway</html>', 502);
    expect(!answer.ok && answer.failure.message).toContain('answered 502 with a web page');
  });

  it('has the request id of TikTok Shop with it when the answer is unreadable', () => {
    const answer = read({ code: 0, data: {}, request_id: 'r5' });
    expect(answer).toMatchObject({ failure: { code: 'answer-unreadable', requestId: 'r5' } });
  });

  it('is no success because its code begins or ends with a zero', () => {
    for (const code of [10, '0105', '36009000', '0x0', '-0', '0.0']) {
      expect(read({ ...good, code }), String(code)).toMatchObject({ ok: false, failure: { code: 'vendor-refused' } });
    }
    expect(read({ ...good, code: '000' }).ok).toBe(true);
  });

  it.each([
    [299, 'nothing at all'],
    [300, 'a redirect'],
    [399, 'a redirect'],
    [400, 'nothing at all'],
  ])('with HTTP %i and an empty body is called %s', (status, words) => {
    const answer = read('', status);
    expect(!answer.ok && answer.failure.message).toContain(`answered ${String(status)} with ${words}`);
  });

  it('says that a redirect is none of TikTok Shop’s answers', () => {
    const answer = read('', 302, { location: 'https://example.com/?app_secret=the-secret' });
    expect(!answer.ok && answer.failure.message).toContain('answered 302 with a redirect');
    expect(!answer.ok && answer.failure.message).not.toContain('the-secret');
  });

  it('is a rate limit with HTTP 429, whatever its body', () => {
    const answer = read('<html>slow down</html>', 429, { 'retry-after': '9' });
    expect(answer).toMatchObject({ ok: false, failure: { code: 'rate-limited' } });
    expect(!answer.ok && answer.failure.fix).toContain('9 seconds');
    expect(!answer.ok && answer.failure.message).toMatch(/“HTTP 429”.*code 429/);
  });

  it.each([36004004, '36004004', ' 36004004 '])('can be a refusal that comes as HTTP 200, code %j', (code) => {
    const answer = read({ code, message: 'invalid auth code', data: null, request_id: 'r1' });
    expect(answer).toMatchObject({ ok: false, failure: { code: 'authorization-code-invalid', requestId: 'r1' } });
  });

  it('can be the refusal by an IP allow list, which came without a code', () => {
    const answer = read({ message: 'Access denied. Your IP address is not in the IP allow list configured.' }, 403);
    expect(answer).toMatchObject({ ok: false, failure: { code: 'ip-not-allowed' } });
  });

  it('does not repeat a secret that was echoed', () => {
    const answer = read({ code: 7, message: 'bad app_secret the-secret', request_id: 'the-secret' });
    expect(!answer.ok && answer.failure.message).toContain('bad app_secret [secret]');
    expect(!answer.ok && answer.failure.requestId).toBe('secret');
  });
});

describe('any answer', () => {
  it('is read without an exception', () => {
    const field = fc.constantFrom(...Object.keys(data), ...Object.keys(good), '__proto__', 'x');
    const like = fc.dictionary(field, fc.oneof(fc.jsonValue(), fc.constant(data)));
    const body = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      like.map((o) => JSON.stringify(o)),
      like.map((o) => JSON.stringify({ ...good, data: { ...data, ...o } })),
    );
    fc.assert(
      fc.property(body, fc.integer({ min: 100, max: 599 }), (text, status) => {
        const answer = read(text, status);
        if (answer.ok) expect(new Date(answer.value.accessTokenExpiresAt).getTime()).not.toBeNaN();
        else expect(answer.failure.message).not.toBe('');
      }),
      { numRuns: 500 },
    );
  });
});
