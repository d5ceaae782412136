import { expect, test } from 'vitest';
import { patternOf, queryOfRedirect } from '../../src/browser/redirect-request.ts';

const redirectUrl = new URL('https://api.ottokit.com/tiktok_shop/connection');
const answer = { url: `${redirectUrl.href}?code=a%20b&state=s`, method: 'GET', frameId: 'PAGE' };

test('TikTok Shop’s answer gives its query', () => {
  const query = queryOfRedirect(answer, 'PAGE', redirectUrl);
  expect(Object.fromEntries(query ?? [])).toEqual({ code: 'a b', state: 's' });
});

test('an answer without a query gives an empty one', () => {
  expect(queryOfRedirect({ ...answer, url: redirectUrl.href }, 'PAGE', redirectUrl)?.size).toBe(0);
});

test.for([
  ['in a frame', { frameId: 'FRAME' }],
  ['that posts', { method: 'POST' }],
  ['that asks for the head', { method: 'HEAD' }],
  ['without encryption', { url: answer.url.replace('https:', 'http:') }],
  ['to another port', { url: answer.url.replace('.com/', '.com:8443/') }],
  ['to another host', { url: answer.url.replace('ottokit.com', 'ottokit.com.example') }],
  ['to a longer path', { url: answer.url.replace('connection', 'connections') }],
  ['to a path that ends with a slash', { url: answer.url.replace('connection', 'connection/') }],
  ['to a path in capitals', { url: answer.url.replace('connection', 'Connection') }],
  ['to no address at all', { url: 'nonsense' }],
] as const)('a request %s is not the answer', ([, difference]) => {
  expect(queryOfRedirect({ ...answer, ...difference }, 'PAGE', redirectUrl)).toBeNull();
});

test('a request in a page that is not known is not the answer', () => {
  expect(queryOfRedirect(answer, undefined, redirectUrl)).toBeNull();
});

test('the pattern is the Redirect URL with any query', () => {
  expect(patternOf(redirectUrl)).toBe('https://api.ottokit.com/tiktok_shop/connection*');
  expect(patternOf(new URL('https://example.com:443/a?b#c'))).toBe('https://example.com/a*');
});

test('a star in the Redirect URL stands for itself in the pattern', () => {
  expect(patternOf(new URL('https://example.com/a*b'))).toBe('https://example.com/a\\*b*');
});
