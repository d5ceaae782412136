import { describe, expect, test } from 'vitest';
import { isBlockedPort } from '../../src/ground/blocked-ports.ts';
import { ottokitRedirectUrl, readRedirectUrl } from '../../src/connection/redirect-url.ts';

test('OttoKit’s Redirect URL is exactly the one in the guide', () => {
  expect(ottokitRedirectUrl).toBe('https://api.ottokit.com/tiktok_shop/connection');
  expect(readRedirectUrl(ottokitRedirectUrl)).toEqual({ kind: 'ottokit', url: ottokitRedirectUrl });
});

describe('a mistyped OttoKit address', () => {
  test.each([
    ['https://api.ottokit.com/tiktok_shop/connection/', 'it ends with a slash'],
    ['http://api.ottokit.com/tiktok_shop/connection', 'it begins with http:// instead of https://'],
    ['https://api.ottokit.com/TikTok_Shop/connection', 'some letters differ in case'],
    ['https://API.ottokit.com/tiktok_shop/connection', 'some letters differ in case'],
    ['api.ottokit.com/tiktok_shop/connection', 'the https:// at the beginning is missing'],
    ['https://api.ottokit.com/tiktok-shop/connection', 'its path is different'],
    ['https://api.ottokit.com/tiktok_shop/connection?x=1', 'its path is different'],
  ])('%s: %s', (typed, difference) => {
    const why = `it isn’t exactly OttoKit’s: ${difference}. TikTok Shop compares every character.`;
    expect(readRedirectUrl(typed)).toEqual({ kind: 'near-miss', url: typed, why });
  });

  test.each([
    `\u200b${ottokitRedirectUrl}\u2060`,
    ` ${ottokitRedirectUrl} `,
    `"${ottokitRedirectUrl}"`,
    `“${ottokitRedirectUrl}”`,
  ])('is accepted if it only has spaces or quotes around it: %j', (typed) => {
    expect(readRedirectUrl(typed)).toEqual({ kind: 'ottokit', url: ottokitRedirectUrl });
  });
});

describe('other addresses', () => {
  test.each(['http://127.0.0.1:8717/callback', 'http://localhost:9000/', 'http://[::1]:8717/callback'])(
    '%s is on this computer, and is kept unchanged',
    (url) => {
      expect(readRedirectUrl(url)).toEqual({ kind: 'local', url });
    },
  );

  test('a public https address may be a tunnel', () => {
    expect(readRedirectUrl('https://shop.example/cb')).toEqual({ kind: 'public', url: 'https://shop.example/cb' });
  });

  test.each([
    ['', 'isn’t a whole address'],
    ['shop.example/cb', 'isn’t a whole address'],
    ['http://shop.example/cb', 'only https'],
    ['ftp://127.0.0.1/cb', 'only https'],
    ['https://127.0.0.1:8717/callback', 'must begin with http://'],
    ['https://localhost/callback', 'must begin with http://'],
    ['http://127.0.0.2:8717/cb', '127.0.0.1, localhost and [::1] only'],
    ['https://user:pass@shop.example/cb', 'a user name'],
    ['https://shop.example/cb#top', '“#”'],
    ['https://shop.example/cb?a=1', '“?”'],
  ])('%j is refused: %s', (typed, why) => {
    const verdict = readRedirectUrl(typed);
    expect(verdict.kind).toBe('refused');
    expect(verdict.kind === 'refused' && verdict.why).toContain(why);
  });
});

describe('a port that browsers block', () => {
  test.each([
    'http://127.0.0.1:6000/callback',
    'http://localhost:1/callback',
    'http://[::1]:10080/',
    'http://127.0.0.1:0/callback',
    'https://shop.example:6667/cb',
    'https://api.ottokit.com:5060/tiktok_shop/connection',
  ])('is refused with a message of its own: %s', (typed) => {
    const { port } = new URL(typed);
    const why = `browsers don’t open addresses on port ${port}; choose another, such as 8717.`;
    expect(readRedirectUrl(typed)).toEqual({ kind: 'refused', url: typed, why });
  });

  test('is one of those that Node’s own fetch refuses, or port 0', async () => {
    const ports = Array.from({ length: 65_536 }, (_, port) => port).filter(isBlockedPort);
    const reasons = ports.map(async (port) => {
      const thrown: unknown = await fetch(`http://127.0.0.1:${String(port)}/`).catch((error: unknown) => error);
      return thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause.message : 'opened';
    });
    expect(ports).toHaveLength(83);
    expect(new Set((await Promise.all(reasons)).slice(1))).toEqual(new Set(['bad port']));
  });
});
