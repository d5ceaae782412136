import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from '../any-text.ts';
import { Secret } from '../../src/ground/secret.ts';
import { readPastedRedirect } from '../../src/tiktok/authorization.ts';

const state = 'x5Vq0rB1c2';
const code = 'TTP_FeBoANmHP3yqdoUI9fZOCw';
const query = `code=${code}&locale=en&state=${state}`;
const ottokit = 'https://api.ottokit.com/tiktok_shop/connection';
const local = 'http://127.0.0.1:8717/callback';
const approved = { outcome: 'approved', code: new Secret(code) };

describe('a pasted address', () => {
  it.each([
    ['unchanged', `${ottokit}?${query}`],
    ['in quotes', `"${ottokit}?${query}"`],
    ['in curly quotes with spaces', ` “${ottokit}?${query}” `],
    [
      'wrapped into lines by the terminal',
      `${ottokit}?code=TTP_FeBo\nANmHP3yqdo\r\n  UI9fZOCw&locale=en&state=${state}`,
    ],
    ['with zero-width characters', `\uFEFF${ottokit}?\u200B${query}\u2060`],
    ['with a fragment', `${ottokit}?${query}#top`],
    ['with a host in capitals', `HTTPS://API.OTTOKIT.COM/tiktok_shop/connection?${query}`],
  ])('is accepted %s', (_, pasted) => {
    expect(readPastedRedirect(pasted, ottokit, state)).toEqual({ redirect: approved, redirectUrl: ottokit });
  });

  it('matches a Redirect URL without a path, although the browser adds a slash', () => {
    const redirectUrl = 'http://127.0.0.1:8717';
    expect(readPastedRedirect(`${redirectUrl}/?${query}`, redirectUrl, state)).toEqual({
      redirect: approved,
      redirectUrl,
    });
  });

  it.each(['is_draft=true', 'region_check=1'])(
    'of a page with %s is refused, and the message explains the page',
    (sign) => {
      const page = `https://services.tiktokshop.com/open/authorize?service_id=7&state=${state}&${sign}`;
      expect(readPastedRedirect(page, ottokit, state)).toContain('the app is a draft');
      const elsewhere = `https://seller.tiktok.example/authorize#/error?${sign}`;
      expect(readPastedRedirect(elsewhere, ottokit, state)).toContain('the app is a draft');
    },
  );

  it.each([
    `http://localhost:8717/callback`,
    `http://127.0.0.1:8718/callback`,
    `https://127.0.0.1:8717/callback`,
    `http://127.0.0.1:8717/callback/`,
    `http://127.0.0.1:8717/Callback`,
    ottokit,
    `https://services.example.com/callback`,
    `https://partner.tiktokshop.com/service/list`,
  ])('of another Redirect URL is accepted only if its state is right: %s', (redirectUrl) => {
    expect(readPastedRedirect(`"${redirectUrl}?${query}"`, local, state)).toEqual({ redirect: approved, redirectUrl });
    expect(readPastedRedirect(`${redirectUrl}?code=${code}&state=other`, local, state)).toContain(
      `the app’s Redirect URL, ${local}`,
    );
  });

  it.each(['a@', ':b@', 'a:b@', '127.0.0.1:8717@'])('is accepted without the user name and password in %s', (user) => {
    expect(readPastedRedirect(`http://${user}example.com/callback?${query}`, local, state)).toEqual({
      redirect: approved,
      redirectUrl: 'http://example.com/callback',
    });
  });

  it.each([
    ['nothing was pasted', ''],
    ['nothing was pasted', ' \u200B "" '],
    ['far too long', 'x'.repeat(8193)],
    ['far too long', `${local}?${query}&x=${'x'.repeat(9000)}`],
    ['only the code; paste the whole address', code],
    [`a full address, which begins with ${local}.`, 'x'.repeat(8192)],
    ['a full address', 'hello'],
    ['a full address', `?${query}`],
    ['a full address', `127.0.0.1:8717/callback?${query}`],
    ['a full address', `http://[bad/callback?${query}`],
    ['a full address', `shop-app://callback?${query}`],
    ['where you approve; paste the one that the browser goes to', 'https://services.tiktokshop.com/open/authorize'],
    ['where you approve', `https://services.tiktokshop.com/open/authorize?service_id=7&state=${state}`],
    ['where you approve', `https://services.us.tiktokshop.com/login?state=${state}`],
    ['where you approve', `http://127.0.0.1:9000/open/authorize?service_id=7&${query}`],
    [`doesn’t begin with the app’s Redirect URL, ${local}.`, ottokit],
    ['127.0.0.1 and localhost aren’t the same', 'http://localhost:8717/callback'],
    ['it has no state', local],
    ['its state isn’t this login’s', `${local}?code=${code}&state=other`],
  ])('is refused with the words “%s”: %s', (words, pasted) => {
    const why = readPastedRedirect(pasted, local, state);
    expect(why).toContain(words);
    expect(why).not.toContain(code);
  });

  it('of this computer gets no hint about localhost if the Redirect URL is public', () => {
    expect(readPastedRedirect(local, ottokit, state)).toBe(`it doesn’t begin with the app’s Redirect URL, ${ottokit}.`);
  });

  it('can be a denial', () => {
    const pasted = `${local}?code=null&error=auth_denied&state=${state}`;
    const redirect = { outcome: 'denied', error: 'auth_denied' };
    expect(readPastedRedirect(pasted, local, state)).toEqual({ redirect, redirectUrl: local });
  });

  it('is read without an exception, whatever it is', { tags: 'repetitive' }, () => {
    const address = fc
      .tuple(fc.constantFrom('http', 'https', 'ftp'), fc.domain(), anyText(), anyText(), anyText())
      .map(([scheme, domain, path, query, fragment]) => `${scheme}://${domain}/${path}?${query}#${fragment}`);
    const text = fc.oneof(anyText(), address);
    fc.assert(
      fc.property(text, (pasted) => {
        expect(readPastedRedirect(pasted, local, state)).toBeTypeOf('string');
      }),
    );
  });
});
