import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from '../any-text.ts';
import { Secret } from '../../src/ground/secret.ts';
import { authorizationUrl, newState, readRedirect } from '../../src/tiktok/authorization.ts';
import { hostsOf } from '../../src/tiktok/portals.ts';

const state = 'x5Vq0rB1c2';
const code = 'TTP_FeBoANmHP3yqdoUI9fZOCw';

function read(query: string) {
  return readRedirect(new URLSearchParams(query), state);
}

describe('a state', () => {
  it('is 256 random bits that need no encoding in an address', () => {
    expect(Buffer.from(newState(), 'base64url')).toHaveLength(32);
    expect(newState()).toMatch(/^[\w-]{43}$/);
    expect(newState()).not.toBe(newState());
  });
});

describe('the authorization address', () => {
  it('uses the host of the app’s link only for the link’s region, and not if all hosts are replaced', () => {
    const at = (region: 'us' | 'row', linkHost: string, origin?: string): string =>
      new URL(authorizationUrl(hostsOf(region, origin), '7', 's', linkHost)).origin;
    expect(at('us', 'services.tiktokshops.us')).toBe('https://services.tiktokshops.us');
    expect(at('us', 'services.us.tiktokshop.com')).toBe('https://services.us.tiktokshop.com');
    expect(at('row', 'services.tiktokshops.us')).toBe('https://services.tiktokshop.com');
    expect(at('us', 'example.com')).toBe('https://services.us.tiktokshop.com');
    expect(at('us', 'services.tiktokshops.us', 'http://127.0.0.1:9')).toBe('http://127.0.0.1:9');
  });

  it('has only the Service ID and the state as parameters', () => {
    expect(authorizationUrl(hostsOf('us'), '7629014812340705549', 'a-b_c')).toBe(
      'https://services.us.tiktokshop.com/open/authorize?service_id=7629014812340705549&state=a-b_c',
    );
  });

  it('can’t be changed by an unusual Service ID', () => {
    const address = new URL(authorizationUrl(hostsOf('row'), '1&state=mine#', 'a'));
    expect([...address.searchParams]).toEqual([
      ['service_id', '1&state=mine#'],
      ['state', 'a'],
    ]);
  });
});

describe('an approval', () => {
  it('is read as its code and App Key, whatever else TikTok Shop adds', () => {
    const verdict = read(`app_key=6abc&code=${code}&locale=en&shop_region=US&state=${state}`);
    expect(verdict).toEqual({
      outcome: 'approved',
      code: new Secret(code),
      appKey: '6abc',
    });
    expect(verdict.outcome === 'approved' && verdict.code.reveal()).toBe(code);
  });

  it('needs only a code and a state', () => {
    expect(read(`code=${code}&state=${state}`)).toEqual({ outcome: 'approved', code: new Secret(code) });
  });

  it('doesn’t reveal the code when printed', () => {
    const verdict = read(`code=${code}&state=${state}`);
    expect(inspect(verdict) + JSON.stringify(verdict)).not.toContain(code);
  });

  it('isn’t affected by an empty error', () => {
    expect(read(`code=${code}&error=&state=${state}`)).toMatchObject({ outcome: 'approved' });
  });

  it.each([
    ['state', `code=${code}`],
    ['state', `code=${code}&state=`],
    ['state', `code=${code}&state=${state}x`],
    ['state', `code=${code}&state=${state.toLowerCase()}`],
    ['state', `code=${code}&state=${state}&state=${state}`],
    ['state', `code=${code}&state=other&state=${state}`],
    ['code', `state=${state}`],
    ['code', `code=&state=${state}`],
    ['code', `code=%20&state=${state}`],
    ['code', `code=null&state=${state}`],
    ['code', `code=${code}&code=${code}&state=${state}`],
    ['code', `code=a%0d%0ab&state=${state}`],
    ['code', `code=${'a'.repeat(2049)}&state=${state}`],
    ['code', `code=${code}&app_key=a&app_key=b&state=${state}`],
  ])('is refused with the reason “%s” if the query is %s', (reason, query) => {
    expect(read(query)).toMatchObject({ outcome: 'refused', reason });
  });

  it.each([
    [`code=${code}`, 'it has no state, so it may belong to another login.'],
    [`code=${code}&state=x`, 'its state isn’t this login’s.'],
    [`code=${code}&state=x&state=${state}`, 'it has more than one state.'],
    [`state=${state}`, 'it has no authorization code.'],
    [`code=&state=${state}`, 'its authorization code is empty.'],
    [`code=${code}&code=b&state=${state}`, 'it has more than one authorization code.'],
    [`code=a%20b&state=${state}`, 'its authorization code can’t be a real one.'],
    [`code=${code}&app_key=a&app_key=b&state=${state}`, 'it has more than one App Key.'],
  ])('with the query %s is refused because %s', (query, why) => {
    expect(read(query)).toMatchObject({ outcome: 'refused', why });
  });

  it('may have a code of 2048 characters', () => {
    expect(read(`code=${'a'.repeat(2048)}&state=${state}`)).toMatchObject({ outcome: 'approved' });
  });

  it('isn’t changed by empty values that TikTok Shop adds', () => {
    expect(read(`code=${code}&app_key=&shop_region=&locale=&state=${state}`)).toEqual(
      read(`code=${code}&state=${state}`),
    );
  });

  it('is refused without repeating its code or state', () => {
    for (const query of [`code=${code}&state=${state}x`, `code=${code}&code=${code}&state=${state}`]) {
      expect(JSON.stringify(read(query))).not.toContain(code);
      expect(JSON.stringify(read(query))).not.toContain(state);
    }
  });
});

describe('a denial', () => {
  it('is accepted if its state is right', () => {
    expect(read(`code=null&error=auth_denied&state=${state}`)).toEqual({ outcome: 'denied', error: 'auth_denied' });
  });

  it('may have any error, or none', () => {
    expect(read(`error=whatever%0d%0a%20else&state=${state}`)).toEqual({ outcome: 'denied', error: 'whatever else' });
    expect(read(`code=null&error=&state=${state}`)).toEqual({ outcome: 'denied', error: 'no reason given' });
    expect(read(`error=%1b&state=${state}`)).toEqual({ outcome: 'denied', error: 'no reason given' });
  });

  it('takes precedence over a code', () => {
    expect(read(`code=${code}&error=auth_denied&state=${state}`)).toMatchObject({ outcome: 'denied' });
  });

  it('has its error shortened', () => {
    const verdict = read(`error=${'e'.repeat(5000)}&state=${state}`);
    expect(verdict).toEqual({ outcome: 'denied', error: 'e'.repeat(100) });
  });

  it.each([
    'code=null&error=auth_denied',
    'code=null&error=auth_denied&state=other',
    `code=null&error=auth_denied&state=${state}&state=${state}`,
  ])('is refused because of its state if anyone could have sent it: %s', (query) => {
    expect(read(query)).toMatchObject({ outcome: 'refused', reason: 'state' });
  });

  it('without a state is refused, but the reason mentions the denial', () => {
    const verdict = read('code=null&error=auth_denied');
    expect(verdict.outcome === 'refused' && verdict.why).toMatch(
      /, although it says that the authorization was declined\.$/,
    );
  });
});

describe('any query', () => {
  const name = fc.constantFrom('code', 'state', 'error', 'app_key', 'shop_region', 'locale', '__proto__', '');
  const value = fc.oneof(fc.constantFrom(state, code, 'null', ''), anyText());
  const query = fc.array(fc.tuple(name, value), { maxLength: 8 }).map((pairs) => new URLSearchParams(pairs));

  it('is read without an exception, and approved or denied only with the right state', { tags: 'repetitive' }, () => {
    fc.assert(
      fc.property(query, (q) => {
        const verdict = readRedirect(q, state);
        const proven = q.getAll('state').length === 1 && q.get('state') === state;
        expect(verdict.outcome === 'refused' || proven).toBe(true);
        if (verdict.outcome !== 'approved') return;
        expect(q.getAll('code')).toEqual([verdict.code.reveal()]);
        expect(['', 'null']).not.toContain(verdict.code.reveal());
        expect(q.get('error') ?? '').toBe('');
      }),
      { numRuns: 500 },
    );
  });
});
