import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/ground/errors.ts';
import { Secret } from '../../src/ground/secret.ts';
import { readFailure, noAnswerFailure, type Host } from '../../src/tiktok/failures.ts';
import { readRetryAfter } from '../../src/tiktok/answer.ts';
import { noAnswer } from './loopback.ts';

const plain = { host: 'api' as Host, status: 200, code: '1', message: 'no', secrets: [] };
const ipMessage = 'Access denied. Your IP address is not in the IP allow list configured for this app.';
const scopeMessage = 'Access denied. The app is not authorized to access the endpoint because the access scopes …';

const table: [Host, string, string, ErrorCode][] = [
  ['auth', '36004004', 'invalid auth code', 'authorization-code-invalid'],
  ['auth', '36004004', 'Invalid auth code.', 'authorization-code-invalid'],
  ['auth', '36004005', 'can not find related auth record', 'refresh-token-unknown'],
  ['auth', '36004001', 'rt has expired', 'refresh-token-expired'],
  ['auth', '36004201', 'Invalid app_key', 'app-key-invalid'],
  [
    'auth',
    '105004',
    'auth state is inactive; detail:Your seller account is yet to finish the onboarding review or your account is not allowed to authorize this APP due to our region restriction.',
    'seller-inactive',
  ],
  ['auth', '36009033', ipMessage, 'ip-not-allowed'],
  ['auth', '1', 'your ip is not in the ip allowlist', 'ip-not-allowed'],
  ['api', '105001', 'access token is invalid; detail: deauthorized', 'access-token-invalid'],
  ['api', '105002', 'Expired credentials. The `x-tts-access-token` header has expired.', 'access-token-expired'],
  ['api', '105005', scopeMessage, 'scope-missing'],
  ['api', '105005', 'you should apply auth pkg for this api', 'scope-missing'],
  ['api', '106001', 'Invalid credentials. The `sign` query parameter is invalid.', 'app-secret-mismatch'],
  ['api', '106013', 'Missing identifier. The `shop_cipher` query parameter is required.', 'shop-cipher-required'],
  ['api', '36009002', "Too many requests. You've made too many requests.", 'rate-limited'],
  ['api', '36009003', 'Internal error. Please try again.', 'vendor-error'],
  ['api', '36009007', 'Request timeout. The request to the endpoint timed out.', 'vendor-error'],
  ['api', '36009004', 'Invalid credentials. The `x-tts-access-token` header is invalid.', 'access-token-invalid'],
  ['api', '36009004', 'Invalid credentials. The `access_token` header is invalid.', 'access-token-invalid'],
  ['api', '36009004', 'Invalid credentials. Invalid `app_key` query parameter.', 'app-key-invalid'],
  ['api', '36009004', 'INVALID CREDENTIALS. INVALID APP_KEY QUERY PARAMETER.', 'app-key-invalid'],
  [
    'api',
    '36009004',
    'Invalid timestamp. The value of the `timestamp` query parameter must not be earlier than 5 minutes before the current time.',
    'clock-wrong',
  ],
  ['api', '36009005', 'access_token header is invalid', 'access-token-invalid'],
  ['api', '36009033', ipMessage, 'ip-not-allowed'],
  ['api', '36009033', '', 'ip-not-allowed'],
  // These match no row.
  ['api', '36009004', 'Invalid identifier. The `shop_id` query parameter is invalid.', 'vendor-refused'],
  ['api', '36009004', 'Missing credentials. The request does not include a required signature.', 'vendor-refused'],
  ['api', '36009004', '', 'vendor-refused'],
  ['api', '36004004', 'invalid auth code', 'vendor-refused'],
  ['auth', '105001', 'access token is invalid', 'vendor-refused'],
  ['auth', '36004201', 'something else', 'vendor-refused'],
  ['auth', '105004', 'something else', 'vendor-refused'],
  ['api', '36009005', 'something else', 'vendor-refused'],
  ['auth', '999', 'invalid auth code', 'vendor-refused'],
];

describe('a refusal by TikTok Shop', () => {
  it.each(table)('on the host “%s” with the code %s and the message “%s” means %s', (host, code, message, failure) => {
    const read = readFailure({ ...plain, host, code, message, requestId: '2024-A.b_1' });
    expect(read.code).toBe(failure);
    expect(read.requestId).toBe('2024-A.b_1');
    expect(read.message).toContain(message.slice(0, 200));
    expect(read.message).toContain(`code ${message === '' ? 'was ' : ''}${code}`);
  });

  it.each<[number, ErrorCode]>([
    [429, 'rate-limited'],
    [500, 'vendor-error'],
    [503, 'vendor-error'],
    [401, 'vendor-refused'],
  ])('with HTTP %i and an unknown code means %s', (status, failure) => {
    for (const host of ['auth', 'api'] as const) expect(readFailure({ ...plain, host, status }).code).toBe(failure);
  });

  it('with HTTP 500 and a known code has the meaning of its code', () => {
    expect(readFailure({ ...plain, status: 500, code: '105002' }).code).toBe('access-token-expired');
  });

  it('leads to advice on how long to wait', () => {
    expect(readFailure({ ...plain, status: 429, retryAfter: 17 }).fix).toContain('17 seconds');
  });

  it('leads to advice to wait a minute if TikTok Shop names no time', () => {
    for (const retryAfter of [undefined, 0])
      expect(readFailure({ ...plain, status: 429, retryAfter }).fix).toContain('Wait a minute');
  });

  it('is quoted on one line and shortened', () => {
    const read = readFailure({ ...plain, message: `one\r\ntwo\u001B[31m\u202Ethree ${'long '.repeat(100)}` });
    expect(read.message).toContain('“one two [31m three long');
    expect(read.message.length).toBeLessThan(420);
    expect(read.message).toContain('…”');
  });

  it('has its request ID shortened and reduced to plain characters', () => {
    expect(readFailure({ ...plain, requestId: `a b/c<d>${'e'.repeat(100)}` }).requestId).toBe(`abcd${'e'.repeat(60)}`);
    expect(readFailure({ ...plain, requestId: '☃' }).requestId).toBeUndefined();
    expect(readFailure(plain).requestId).toBeUndefined();
  });

  it('is trimmed and then shortened to 300 characters', () => {
    expect(readFailure({ ...plain, message: ` ${'m'.repeat(300)}\n` }).message).toContain(`“${'m'.repeat(300)}”`);
    expect(readFailure({ ...plain, message: 'm'.repeat(301) }).message).toContain(`“${'m'.repeat(299)}…”`);
  });

  it('is quoted with up to 64 characters of its code, or “unknown”', () => {
    expect(readFailure({ ...plain, code: '9'.repeat(80) }).message).toContain(`(code ${'9'.repeat(64)})`);
    expect(readFailure({ ...plain, code: '' }).message).toContain('(code unknown)');
  });

  it('is searched quickly even if it is huge', () => {
    const started = performance.now();
    expect(readFailure({ ...plain, message: 'ip '.repeat(300_000) }).code).toBe('vendor-refused');
    // A search in quadratic time would take minutes.
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('is quoted without the request’s secrets', () => {
    const secret = fc
      .string({ minLength: 4, maxLength: 60 })
      .filter((s) => !'[secret] TikTok Shop refused'.includes(s));
    const wrap = fc.tuple(
      fc.lorem({ maxCount: 20 }),
      fc.constantFrom((s: string) => s, encodeURIComponent),
    );
    fc.assert(
      fc.property(secret, wrap, (value, [words, encode]) => {
        const message = `${words} app_secret=${encode(value)}&x`;
        const known = readFailure({ ...plain, message: words, secrets: [] }).message;
        fc.pre(!known.includes(value));
        const about = { message, code: value, requestId: value, secrets: [new Secret('aaaa'), new Secret(value)] };
        const read = readFailure({ ...plain, ...about });
        for (const said of [read.message, read.fix, read.requestId ?? '']) expect(said).not.toContain(value);
      }),
    );
  });

  it('is quoted without any part of a secret that contains another', () => {
    const secrets = [new Secret('abcd'), new Secret('abcdefgh')];
    expect(readFailure({ ...plain, message: 'key=abcdefgh', secrets }).message).toContain('“key=[secret]”');
  });

  it('is unchanged by an empty secret', () => {
    expect(readFailure({ ...plain, secrets: [new Secret('')] }).message).toContain('“no”');
  });
});

describe('a request without a response', () => {
  const reasons = [
    'dns',
    'refused',
    'unreachable',
    'limit',
    'tls-untrusted',
    'tls-wrong-name',
    'tls-date',
    'tls',
    'proxy',
    'timeout',
    'connection-lost',
    'answer-too-large',
  ] as const;

  it('is explained differently for each reason', () => {
    const messages = reasons.map((reason) => {
      const failure = noAnswerFailure(noAnswer(reason, false), 'auth.example');
      expect(failure.code).toBe('network-failed');
      expect(failure.message).toContain('auth.example');
      expect(failure.message).toContain('ECODE');
      return failure.message;
    });
    expect(new Set(messages).size).toBe(reasons.length);
  });

  it('is uncertain only if it is an exchange that may have arrived', () => {
    const lost = (sent: boolean) => noAnswerFailure(noAnswer('timeout', sent), 'h', 'exchange-uncertain').code;
    expect([lost(true), lost(false)]).toEqual(['exchange-uncertain', 'network-failed']);
    expect(noAnswerFailure(noAnswer('timeout', true), 'h').code).toBe('network-failed');
  });

  it('never leads to advice to turn off certificate checks', () => {
    const { message, fix } = noAnswerFailure(noAnswer('tls-untrusted', false), 'h');
    expect(message).toContain('a proxy or firewall may be intercepting the connection');
    expect(message + fix).not.toMatch(/insecure|reject_?unauthorized|disable|turn off|skip/i);
  });

  it('counts as an interruption if the user canceled it', () => {
    expect(noAnswerFailure(noAnswer('aborted', true), 'h', 'exchange-uncertain').code).toBe('interrupted');
  });
});

describe('Retry-After', () => {
  const now = Date.UTC(2026, 0, 1, 12, 0, 0);

  it.each([
    ['7', 7],
    [' 0 ', 0],
    ['Thu, 01 Jan 2026 12:00:30 GMT', 30],
    ['Thursday, 01-Jan-26 12:01:00 GMT', 60],
    ['Thu, 01 Jan 2026 11:00:00 GMT', 0],
  ])('is read from %j', (header, seconds) => {
    expect(readRetryAfter(header, now)).toBe(seconds);
  });

  it.each([undefined, '', '-1', '1.5', 'soon', '9'.repeat(30), 'soon GMT', '2026-01-01'])(
    'isn’t read from %j',
    (header) => {
      expect(readRetryAfter(header, now)).toBeUndefined();
    },
  );
});
