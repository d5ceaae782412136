import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from '../any-text.ts';
import { Secret } from '../../src/ground/secret.ts';
import type { Tokens } from '../../src/ground/tokens-and-shops.ts';
import { readAnswer, type Answer } from '../../src/tiktok/answer.ts';
import { readTokens } from '../../src/tiktok/tokens.ts';

const now = Date.UTC(2026, 0, 1);
const context = { host: 'auth', hostname: 'auth.example', now, secrets: [new Secret('the-secret')] } as const;

/** The response printed in TikTok Shop's documentation, with expiries after `now`. */
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
  return readAnswer({ answered: true, status, headers, body: text }, context, readTokens);
}

function valueOf(answer: Answer<Tokens>): Tokens {
  if (answer.ok) return answer.value;
  throw answer.failure;
}

describe('a response with tokens', () => {
  it('is read as everything that the program needs, with times in milliseconds', () => {
    expect(read(good)).toEqual({
      ok: true,
      requestId: good.request_id,
      value: {
        accessToken: new Secret('TTP_access'),
        accessTokenExpiresAt: 1767830400000,
        refreshToken: new Secret('TTP_refresh'),
        refreshTokenExpiresAt: 1798761600000,
        sellerName: 'Test Seller',
        sellerBaseRegion: 'US',
        userType: 0,
        grantedScopes: ['seller.order.info', 'seller.product.basic'],
      },
    });
  });

  it('doesn’t reveal the tokens when printed', () => {
    const answer = read(good);
    expect(valueOf(answer).accessToken.reveal()).toBe('TTP_access');
    expect(inspect(answer, { depth: 9 }) + JSON.stringify(answer)).not.toMatch(/TTP_/);
  });

  it('needs only the two tokens', () => {
    const { access_token, refresh_token } = data;
    expect(valueOf(read({ code: 0, data: { access_token, refresh_token } }))).toEqual({
      accessToken: new Secret('TTP_access'),
      accessTokenExpiresAt: null,
      refreshToken: new Secret('TTP_refresh'),
    });
  });

  it.each(
    Object.keys(data)
      .filter((field) => field !== 'access_token' && field !== 'refresh_token')
      .flatMap((field) =>
        [undefined, null, '', 'soon', 'NaN', -1, -1.5, 0, true, [], [null], {}, { a: 1 }, 1e300, '1'.repeat(500)].map(
          (odd): [string, unknown] => [field, odd],
        ),
      ),
  )('keeps both tokens if %s is %j', (field, odd) => {
    const value = valueOf(read({ ...good, data: { ...data, [field]: odd } }));
    expect(value.accessToken.reveal()).toBe('TTP_access');
    expect(value.refreshToken.reveal()).toBe('TTP_refresh');
  });

  it('keeps both tokens if they are surrounded by white space', () => {
    const value = valueOf(read({ ...good, data: { ...data, access_token: ' TTP_access\n', refresh_token: 'TTP_r ' } }));
    expect([value.accessToken.reveal(), value.refreshToken.reveal()]).toEqual(['TTP_access', 'TTP_r']);
  });

  it.each([
    ['missing', { ...good, code: undefined }],
    ['null', { ...good, code: null }],
    ['an object', { ...good, code: {} }],
    ['a boolean', { ...good, code: false }],
  ])('keeps both tokens if the code is %s', (_, body) => {
    expect(valueOf(read(body)).refreshToken.reveal()).toBe('TTP_refresh');
  });

  it('is a refusal if its code is a number or a string that isn’t just zeros', () => {
    for (const code of [10, '0105', '36009000', '0x0', '-0', '0.0']) {
      expect(read({ ...good, code }), String(code)).toMatchObject({ ok: false, failure: { code: 'vendor-refused' } });
    }
    expect(read({ ...good, code: '000' }).ok).toBe(true);
  });

  it.each([
    ['0', 0],
    ['1', 1],
    [1.5, undefined],
    ['one', undefined],
    [null, undefined],
    [true, undefined],
  ])('with the user type %j is read as having the user type %j', (given, userType) => {
    expect(valueOf(read({ ...good, data: { ...data, user_type: given } })).userType).toBe(userType);
  });

  it.each([
    ['a code that is a string', { ...good, code: '0' }],
    ['unknown fields', { ...good, extra: [1], data: { ...data, more: { a: 1 } } }],
    ['a message that is null', { ...good, message: null }],
    ['a missing message', { code: 0, data }],
    ['a request ID that is a number', { ...good, request_id: 1 }],
    ['a byte order mark', `\uFEFF${JSON.stringify(good)}`],
    ['an HTTP error status', good],
  ])('is read despite %s', (what, body) => {
    expect(valueOf(read(body, what.includes('status') ? 500 : 200)).sellerName).toBe(data.seller_name);
  });

  it.each([
    ['missing', undefined],
    ['null', null],
    ['a string', 'a,b'],
    ['numbers', [1, 2]],
    ['an object', {}],
  ])('leaves the scopes unknown if they are %s', (_, granted_scopes) => {
    expect(valueOf(read({ ...good, data: { ...data, granted_scopes } }))).not.toHaveProperty('grantedScopes');
  });

  it('keeps the readable scopes if others are damaged', () => {
    const granted_scopes = ['seller.order.info', null, 7, '', 'seller.product.basic'];
    expect(valueOf(read({ ...good, data: { ...data, granted_scopes } })).grantedScopes).toEqual(data.granted_scopes);
  });

  it('distinguishes no granted scopes from unknown ones', () => {
    expect(valueOf(read({ ...good, data: { ...data, granted_scopes: [] } })).grantedScopes).toEqual([]);
  });

  const week = 604_800;
  const fifty = 50 * 365.25 * 86_400;
  const moments: [string, unknown, number][] = [
    ['absolute seconds', 1767830400, 1767830400000],
    ['absolute seconds in a string', '1767830400', 1767830400000],
    ['absolute seconds with a fraction', 1767830400.75, 1767830400750],
    ['absolute seconds with a fraction in a string', ' 1767830400.0 ', 1767830400000],
    ['milliseconds', 1767830400123, 1767830400123],
    ['milliseconds in a string', '1767830400123', 1767830400123],
    ['a duration', week, now + week * 1000],
    ['a duration in a string', String(week), now + week * 1000],
    ['a time in the past', 1660556783, 1660556783000],
    ['the smallest number that isn’t a duration', 1e9, 1e12],
  ];
  it.each(moments)('can give an expiry as %s', (_, given, end) => {
    const value = valueOf(
      read({ ...good, data: { ...data, access_token_expire_in: given, refresh_token_expire_in: given } }),
    );
    expect(value).toMatchObject({ accessTokenExpiresAt: end, refreshTokenExpiresAt: end });
  });

  it.each([
    ['in the year 2124', 4878250317],
    ['in the year 2124, in milliseconds', 4878250317000],
    ['just over fifty years away', now / 1000 + fifty + 1],
  ])('has a refresh token that never expires if its expiry is %s', (_, given) => {
    expect(
      valueOf(read({ ...good, data: { ...data, refresh_token_expire_in: given } })).refreshTokenExpiresAt,
    ).toBeNull();
  });

  it('can have a refresh token whose expiry in seconds doesn’t fit in 31 bits', () => {
    const given = Math.floor(now / 1000 + fifty);
    expect(valueOf(read({ ...good, data: { ...data, refresh_token_expire_in: given } })).refreshTokenExpiresAt).toBe(
      given * 1000,
    );
  });

  it.each([
    4878250317,
    1e9 - 1,
    now / 1000 + 366 * 86_400,
    1e300,
    '99999999999999999999',
    0,
    -7,
    null,
    '7 days',
    '0x10',
  ])('leaves an access token’s expiry unknown if it is %j', (given) => {
    const value = valueOf(read({ ...good, data: { ...data, access_token_expire_in: given } }));
    expect(value.accessTokenExpiresAt).toBeNull();
  });

  it.each([1e300, '99999999999999999999', 0, -7, null, '7 days', '0x10', {}])(
    'leaves a refresh token’s expiry unknown if it is %j',
    (given) => {
      const value = valueOf(read({ ...good, data: { ...data, refresh_token_expire_in: given } }));
      expect(value).not.toHaveProperty('refreshTokenExpiresAt');
    },
  );
});

describe('a response without tokens', () => {
  it.each([
    ['nothing at all', ''],
    ['nothing at all', '  \n'],
    ['a web page', '<!doctype html><title>secret page</title>'],
    ['text that isn’t JSON', '404 page not found'],
    ['text that isn’t JSON', 'no such page {code}'],
    ['incomplete or damaged JSON', JSON.stringify(good).slice(0, -20)],
    ['JSON in another format', '[]'],
    ['JSON in another format', 'null'],
    ['JSON in another format', '"secret page"'],
    ['JSON in another format', { message: 'secret page' }],
    ['JSON in another format', { code: null, message: 'secret page' }],
    ['JSON in another format', { code: { a: 1 }, data: {} }],
    ['without usable tokens', { code: 0, data: null }],
    ['without usable tokens', { code: 0 }],
    ['without usable tokens', { code: 0, data: [] }],
    ['without usable tokens', { code: 0, data: [data] }],
    ['without usable tokens', { code: 0, data: {} }],
    ['without usable tokens', { code: 0, data: { ...data, access_token: '' } }],
    ['without usable tokens', { code: 0, data: { ...data, access_token: 7 } }],
    ['without usable tokens', { code: 0, data: { ...data, access_token: 'a\r\nb: c' } }],
    ['without usable tokens', { code: 0, data: { ...data, refresh_token: undefined } }],
  ])('is unreadable, and the message only calls it “%s”: %j', (words, body) => {
    const answer = read(body);
    expect(answer).toMatchObject({ ok: false, failure: { code: 'answer-unreadable' } });
    const said = answer.ok ? '' : answer.failure.message;
    expect(said).toContain(words);
    expect(said).toContain('auth.example answered 200');
    expect(said).not.toMatch(/secret page|TTP_/);
  });

  it('keeps a new refresh token, because the one that was sent may no longer work', () => {
    const answer = read({ ...good, data: { ...data, access_token: undefined } });
    expect(!answer.ok && answer.refreshToken?.reveal()).toBe('TTP_refresh');
    const withoutCode = read({ data: { refresh_token: 'TTP_refresh' } });
    expect(!withoutCode.ok && withoutCode.refreshToken?.reveal()).toBe('TTP_refresh');
    expect(read({ ...good, code: 36009003, data: { refresh_token: 'TTP_refresh' } })).not.toHaveProperty(
      'refreshToken',
    );
  });

  it('means an overload with HTTP 503, whatever its body', () => {
    const answer = read('<html>busy</html>', 503);
    expect(answer).toMatchObject({ ok: false, failure: { code: 'vendor-error' } });
    expect(!answer.ok && answer.failure.message).toMatch(/overloaded.*\. The answer’s code was 503\.$/);
  });

  it('is described as a web page if a gateway sends one with HTTP 502', () => {
    const answer = read('<html>502 Bad Gateway</html>', 502);
    expect(!answer.ok && answer.failure.message).toContain('answered 502 with a web page');
  });

  it('is reported with its request ID, even if it is unreadable', () => {
    const answer = read({ code: 0, data: {}, request_id: 'r5' });
    expect(answer).toMatchObject({ failure: { code: 'answer-unreadable', requestId: 'r5' } });
  });

  it.each([
    [299, 'nothing at all'],
    [300, 'a redirect'],
    [399, 'a redirect'],
    [400, 'nothing at all'],
  ])('with HTTP %i and an empty body is described as %s', (status, words) => {
    const answer = read('', status);
    expect(!answer.ok && answer.failure.message).toContain(`answered ${String(status)} with ${words}`);
  });

  it('that redirects is described without its address', () => {
    const answer = read('', 302, { location: 'https://example.com/?app_secret=the-secret' });
    expect(!answer.ok && answer.failure.message).toContain('answered 302 with a redirect');
    expect(!answer.ok && answer.failure.message).not.toContain('the-secret');
  });

  it('means a rate limit with HTTP 429, whatever its body', () => {
    const answer = read('<html>slow down</html>', 429, { 'retry-after': '9' });
    expect(answer).toMatchObject({ ok: false, failure: { code: 'rate-limited' } });
    expect(!answer.ok && answer.failure.fix).toContain('9 seconds');
    expect(!answer.ok && answer.failure.message).toMatch(/requests\. The answer’s code was 429\.$/);
  });

  it.each([36004004, '36004004', ' 36004004 '])('can be a refusal with HTTP 200 and the code %j', (code) => {
    const answer = read({ code, message: 'invalid auth code', data: null, request_id: 'r1' });
    expect(answer).toMatchObject({ ok: false, failure: { code: 'authorization-code-invalid', requestId: 'r1' } });
  });

  it('can be a refusal by an IP allowlist, which may have no code', () => {
    const answer = read({ message: 'Access denied. Your IP address is not in the IP allow list configured.' }, 403);
    expect(answer).toMatchObject({ ok: false, failure: { code: 'ip-not-allowed' } });
  });

  it('is reported without a secret that it echoes', () => {
    const answer = read({ code: 7, message: 'bad app_secret the-secret', request_id: 'the-secret' });
    expect(!answer.ok && answer.failure.message).toContain('bad app_secret [secret]');
    expect(!answer.ok && answer.failure.requestId).toBe('secret');
  });
});

describe('any response', () => {
  it('is read without an exception', { tags: 'repetitive' }, () => {
    const field = fc.constantFrom(...Object.keys(data), ...Object.keys(good), '__proto__', 'x');
    const like = fc.dictionary(field, fc.oneof(fc.jsonValue(), fc.constant(data)));
    const body = fc.oneof(
      anyText(),
      fc.json(),
      like.map((o) => JSON.stringify(o)),
      like.map((o) => JSON.stringify({ ...good, data: { ...data, ...o } })),
    );
    fc.assert(
      fc.property(body, fc.integer({ min: 100, max: 599 }), (text, status) => {
        const answer = read(text, status);
        if (answer.ok) expect(() => new Date(answer.value.accessTokenExpiresAt ?? 0).toISOString()).not.toThrow();
        else expect(answer.failure.message).not.toBe('');
      }),
      { numRuns: 500 },
    );
  });
});
