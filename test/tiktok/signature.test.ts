import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { signByUrl } from 'tiktok-shop';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/ground/secret.ts';
import { sign } from '../../src/tiktok/client.ts';

interface Vector {
  readonly name: string;
  readonly secret: string;
  readonly path: string;
  readonly query: Record<string, string>;
  readonly body: string | null;
  readonly expected: string;
  readonly verifies: boolean;
}

const { vectors } = JSON.parse(readFileSync(new URL('../fixtures/sign-vectors.json', import.meta.url), 'utf8')) as {
  vectors: readonly Vector[];
};

const signVector = ({ secret, path, query, body }: Vector): string =>
  sign(new Secret(secret), path, query, body ?? undefined);

const signed = (query: Record<string, string>, body?: string): string =>
  sign(new Secret('e59af819cc'), '/product/202309/images/upload', query, body);

describe('a signature', () => {
  it('has published values for comparison, one of which is known to be wrong', () => {
    expect(vectors.map((vector) => vector.verifies)).toEqual([true, false, true, true]);
  });

  it.each(vectors.filter((vector) => vector.verifies))('equals the published value $name', (vector) => {
    expect(signVector(vector)).toBe(vector.expected);
  });

  it.each(vectors.filter((vector) => !vector.verifies))('doesn’t equal the wrong published value $name', (vector) => {
    expect(signVector(vector)).not.toBe(vector.expected);
  });

  it('omits sign and access_token, and doesn’t depend on the order of the parameters', () => {
    const query = { timestamp: '1623812664', sign: 'abc', access_token: 'TTP_x', app_key: '29a39d' };
    expect(signed(query)).toBe(signed({ app_key: '29a39d', timestamp: '1623812664' }));
  });

  it('covers the body, and an empty body is the same as none', () => {
    const query = { app_key: '29a39d' };
    expect(signed(query, '')).toBe(signed(query));
    expect(signed(query, '{"a":1}')).not.toBe(signed(query));
  });

  it('equals the one from the independent npm package tiktok-shop', () => {
    // That package parses the address as text: it sorts names by locale, and a value must not contain `=`, `&`, `?` or
    // `%`.
    const name = fc.stringMatching(/^[a-z][a-z_]{0,8}$/).filter((n) => !['token', 'sign', 'app_secret'].includes(n));
    const value = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((v) => !/[=&?%]/.test(v));
    const query = fc.dictionary(name, value, { maxKeys: 8 });
    const body = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.jsonValue(), { maxKeys: 3 });
    fc.assert(
      fc.property(query, body, fc.string({ minLength: 1 }), (parameters, payload, secret) => {
        const all = { ...parameters, app_key: '6abc', timestamp: '1696909648' };
        const path = '/order/202309/orders/search';
        const encoded = Object.entries(all).map(([k, v]) => `${k}=${encodeURIComponent(v)}`);
        const theirs = signByUrl(`https://shop.com${path}?${encoded.join('&')}`, secret, payload);
        const sent = Object.keys(payload).length > 0 ? JSON.stringify(payload) : undefined;
        const ours = sign(new Secret(secret), path, all, sent);
        expect(theirs).toEqual({ signature: ours, timestamp: 1696909648 });
      }),
    );
  });
});
