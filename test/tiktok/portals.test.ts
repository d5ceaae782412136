import { describe, expect, it } from 'vitest';
import { isFailure, type Failure } from '../../src/ground/errors.ts';
import { appPageUrl, hostsOf, loopbackOrigin } from '../../src/tiktok/portals.ts';

describe('hosts', () => {
  it('differ between the regions only for the authorization page', () => {
    const shared = { auth: 'https://auth.tiktok-shops.com', api: 'https://open-api.tiktokglobalshop.com' };
    expect(hostsOf('us')).toEqual({ services: 'https://services.us.tiktokshop.com', ...shared });
    expect(hostsOf('row')).toEqual({ services: 'https://services.tiktokshop.com', ...shared });
  });

  it('can be replaced by one origin', () => {
    const origin = 'http://127.0.0.1:9000';
    expect(hostsOf('us', origin)).toEqual({ services: origin, auth: origin, api: origin });
  });

  it('include a portal with a list of apps and a page for each app', () => {
    expect(appPageUrl('us')).toBe('https://partner.us.tiktokshop.com/service/list');
    expect(appPageUrl('row')).toBe('https://partner.tiktokshop.com/service/list');
    expect(appPageUrl('row', '7&x=1')).toBe('https://partner.tiktokshop.com/service/gather?service_id=7%26x%3D1');
  });
});

function refusalOf(given: string): Failure {
  try {
    loopbackOrigin(given);
  } catch (thrown) {
    if (isFailure(thrown)) return thrown;
  }
  throw new Error(`${given} was not refused`);
}

describe('an origin that replaces the hosts', () => {
  it.each([
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080'],
    [' HTTP://LOCALHOST:8080 ', 'http://localhost:8080'],
    ['https://[::1]:8443', 'https://[::1]:8443'],
    ['http://127.9.8.7', 'http://127.9.8.7'],
    ['http://127.100.20.30', 'http://127.100.20.30'],
  ])('can be %s, which is on this computer', (given, origin) => {
    expect(loopbackOrigin(given)).toBe(origin);
  });

  it.each([
    '',
    '127.0.0.1:8080',
    'http://example.com',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'http://localhost@example.com',
    'http://evil-localhost',
    'see http://127.0.0.1:8080',
    'xhttp://localhost:8080',
    'http://example.com#@127.0.0.1',
    'http://example.com\\@127.0.0.1',
    'http://user:pass@127.0.0.1:8080',
    'http://127.0.0.1:8080/path',
    'http://127.0.0.1:8080/?a=b',
    'http://127.0.0.1:8080?a=b',
    'http://127.0.0.1:8080#a',
    'http://127.0.0.1:99999',
    'http://0.0.0.0:8080',
    'http://[::]:8080',
    'http://[::ffff:127.0.0.1]:8080',
    'http://128.0.0.1',
    'ftp://127.0.0.1',
    'http:127.0.0.1',
    'http://127.0.0.1:80 http://example.com',
  ])('is refused if it is %j', (given) => {
    expect(refusalOf(given)).toMatchObject({ code: 'origin-not-loopback' });
  });

  it('is shown without its password when it is refused', () => {
    const { message } = refusalOf('http://user:hunter2@example.com/?key=hunter3');
    expect(message).toContain('example.com');
    expect(message).not.toMatch(/hunter/);
  });

  it.each([
    ['http://user:hunter2@first@example.com', '…@example.com'],
    ['http://example.com?key=hunter3\nand more', 'http://example.com…'],
    [`http://example.com/${'p'.repeat(81)}`, `http://example.com/${'p'.repeat(81)}`],
    [`http://example.com/${'p'.repeat(82)}`, `http://example.com/${'p'.repeat(81)}…`],
  ])('that is refused as %j is shown as %j', (given, shown) => {
    const { message } = refusalOf(given);
    expect(message).toContain(` “${shown}”. `);
    expect(message).not.toMatch(/hunter|p{82}/);
  });
});
