import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from '../any-text.ts';
import { Secret } from '../../src/ground/secret.ts';
import { readPastedRedirect } from '../../src/tiktok/pasted-address.ts';

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
    expect(readPastedRedirect(pasted, ottokit, state)).toEqual(approved);
  });

  it('matches a Redirect URL without a path, as the browser writes it', () => {
    expect(readPastedRedirect(`http://127.0.0.1:8717/?${query}`, 'http://127.0.0.1:8717', state)).toEqual(approved);
  });

  it.each(['is_draft=true', 'region_check=1'])(
    'of a page with %s is refused, and the message explains the page',
    (sign) => {
      const page = `https://services.tiktokshop.com/open/authorize?service_id=7&state=${state}&${sign}`;
      expect(readPastedRedirect(page, ottokit, state)).toMatchObject({
        reason: 'address',
        why: expect.stringContaining('the app is a draft') as string,
      });
    },
  );

  it.each([
    ['address', ''],
    ['address', ' \u200B "" '],
    ['address', 'hello'],
    ['address', `?${query}`],
    ['address', `127.0.0.1:8717/callback?${query}`],
    ['address', `http://[bad/callback?${query}`],
    ['address', `${local}?${query}&x=${'x'.repeat(9000)}`],
    ['address', code],
    ['address', `https://services.tiktokshop.com/open/authorize?service_id=7&state=${state}`],
    ['address', `https://services.us.tiktokshop.com/login?state=${state}`],
    ['address', `http://127.0.0.1:9000/open/authorize?service_id=7&state=${state}`],
    ['place', `http://localhost:8717/callback?${query}`],
    ['place', `http://127.0.0.1:8718/callback?${query}`],
    ['place', `https://127.0.0.1:8717/callback?${query}`],
    ['place', `http://127.0.0.1:8717/callback/?${query}`],
    ['place', `http://127.0.0.1:8717/Callback?${query}`],
    ['place', `http://a@127.0.0.1:8717/callback?${query}`],
    ['place', `http://:b@127.0.0.1:8717/callback?${query}`],
    ['place', `http://a:b@127.0.0.1:8717/callback?${query}`],
    ['place', `http://127.0.0.1:8717@example.com/callback?${query}`],
    ['place', `${ottokit}?${query}`],
    ['place', `https://services.example.com/callback?${query}`],
    ['place', `https://partner.tiktokshop.com/service/list?${query}`],
    ['state', local],
    ['state', `${local}?code=${code}&state=other`],
  ])('is refused because of its %s if it is %s', (reason, pasted) => {
    const verdict = readPastedRedirect(pasted, local, state);
    expect(verdict).toMatchObject({ outcome: 'refused', reason });
    expect(JSON.stringify(verdict)).not.toContain(code);
  });

  it.each([
    ['far too long', 'x'.repeat(8193)],
    ['nothing was pasted', ' \u200B "" '],
    ['only the code; paste the whole address', code],
    [`a full address, which begins with ${local}.`, 'x'.repeat(8192)],
    ['where you approve; paste the one that the browser goes to', 'https://services.tiktokshop.com/open/authorize'],
    [`does not begin with the app’s Redirect URL, ${local}.`, `${ottokit}?${query}`],
    ['127.0.0.1 and localhost aren’t the same', `http://localhost:8717/callback?${query}`],
  ])('is refused with the words “%s”', (words, pasted) => {
    const verdict = readPastedRedirect(pasted, local, state);
    expect(verdict.outcome === 'refused' && verdict.why).toContain(words);
  });

  it('of this computer isn’t compared by name with a public Redirect URL', () => {
    const verdict = readPastedRedirect(`${local}?${query}`, ottokit, state);
    expect(verdict.outcome === 'refused' && verdict.why).toBe(
      `it does not begin with the app’s Redirect URL, ${ottokit}.`,
    );
  });

  it('at another location is refused, and the message shows the expected one', () => {
    const verdict = readPastedRedirect(`http://localhost:8717/callback?${query}`, local, state);
    expect(verdict.outcome === 'refused' && verdict.why).toContain(local);
    expect(verdict.outcome === 'refused' && verdict.why).toContain('localhost');
  });

  it('can be a denial', () => {
    const pasted = `${local}?code=null&error=auth_denied&state=${state}`;
    expect(readPastedRedirect(pasted, local, state)).toEqual({ outcome: 'denied', error: 'auth_denied' });
  });

  it('is read without an exception, whatever it is', () => {
    const address = fc
      .tuple(fc.constantFrom('http', 'https', 'ftp'), fc.domain(), anyText(), anyText(), anyText())
      .map(([scheme, domain, path, query, fragment]) => `${scheme}://${domain}/${path}?${query}#${fragment}`);
    const text = fc.oneof(anyText(), address);
    fc.assert(
      fc.property(text, (pasted) => {
        expect(readPastedRedirect(pasted, local, state).outcome).toBe('refused');
      }),
    );
  });
});
