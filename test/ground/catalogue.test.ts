import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fail, type ErrorCode } from '../../src/ground/errors.ts';

const database = 'postgresql://db/team';

test('every message uses contractions', () => {
  const source = readFileSync(new URL('../../src/ground/catalogue.ts', import.meta.url), 'utf8');
  const stiff = /\bcannot\b|\b(?:are|can|could|did|do|does|has|have|is|was|were|will|would) not\b/g;
  // Texts in quotation marks are TikTok Shop's.
  expect(source.replace(/“[^”]*”/g, '').match(stiff)).toBeNull();
});

describe('what TikTok Shop said', () => {
  test('is quoted if it said something', () => {
    const { message } = fail('vendor-error', { code: '36009003', message: 'internal error' });
    expect(message).toMatch(/TikTok Shop said “internal error” \(code 36009003\)\.$/);
  });

  test('is not quoted if there was only a code', () => {
    const { message } = fail('rate-limited', { code: '429', message: '' });
    expect(message).toBe('TikTok Shop is receiving too many requests. The answer’s code was 429.');
  });
});

describe('an answer that is missing without a terminal', () => {
  test('can be a flag or a variable, and the fix names both kinds', () => {
    const missing = ['--yes', 'OTTOKIT_TIKTOK_PASSPHRASE'].map((flag) => ({ flag, what: 'needed' }));
    const { message, fix } = fail('missing-answers', { command: 'connect', missing });
    expect(message).toContain('these are required: --yes (needed), OTTOKIT_TIKTOK_PASSPHRASE (needed).');
    expect(fix).toBe('Provide --yes OTTOKIT_TIKTOK_PASSPHRASE, or run `ottokit-tiktok connect` in a terminal.');
  });

  test('can be one that only a terminal can give', () => {
    const { message, fix } = fail('missing-answers', { command: 'store move', missing: [{ what: 'a secret' }] });
    expect(message).toContain('required: a secret.');
    expect(fix).toBe('Run `ottokit-tiktok store move` in a terminal.');
  });
});

test('advice on a variable with a bad path names that variable', () => {
  const { message, fix } = fail('directory-unknown', { variable: 'LOCALAPPDATA', problem: 'is “~/x”' });
  expect(message).toBe('There is no directory for the program’s files: LOCALAPPDATA is “~/x”.');
  expect(fix).toMatch(/^Set LOCALAPPDATA to an absolute path\./);
  expect(fix).not.toMatch(/HOME|XDG/);
  // A database needs the directory for its data, too.
  expect(fix).toMatch(/a store in a file needs only/);
});

test('the advice on an unreadable store that isn’t a file doesn’t ask to turn it into one', () => {
  const { fix } = fail('store-unreadable', { path: '/store', detail: 'it is a directory, EISDIR' });
  expect(fix).toMatch(/^Make sure that \/store is a file that this user can read/);
});

test('the advice on a damaged store that couldn’t be moved aside is about its directory', () => {
  const { fix } = fail('store-unreadable', { path: '/store', detail: 'it is damaged', stuck: true });
  expect(fix).toMatch(/^Make its directory writable for this user, or move \/store away/);
});

test('the advice on a key file that can’t be written names a passphrase for new and for existing stores', () => {
  const { fix } = fail('store-unwritable', { path: '/store', detail: 'EACCES', keysDirectory: '/keys' });
  expect(fix).toContain('OTTOKIT_TIKTOK_PASSPHRASE');
  expect(fix).toContain('`ottokit-tiktok store move passphrase`');
});

test.each<ErrorCode>(['store-older', 'passphrase-wrong', 'key-missing', 'key-wrong', 'keychain-entry-missing'])(
  'a file can be moved away to start over, but not a database: %s',
  (code) => {
    const fixFor = (path: string): string => fail(code, { path, format: 1, keyPath: '/k', detail: 'x' }).fix;
    expect(fixFor('/config/connections')).toContain('move /config/connections away');
    expect(fixFor(database)).not.toMatch(/move postgresql|away/);
  },
);

test('a lock that stays taken may belong to the store or the settings, and expires by itself', () => {
  const { message, fix } = fail('store-locked', { path: '/config/settings.json', seconds: 45 });
  expect(message).not.toContain('the store');
  expect(fix).not.toContain('doctor');
  expect(fix).toContain('expires by itself');
});

test('a new database asks for a passphrase although nothing in it is locked yet', () => {
  const { message } = fail('passphrase-missing', { path: database });
  expect(message).toBe(`The store ${database} needs a passphrase, and none was given.`);
});

test('a profile that is already in the other store isn’t another one, only different', () => {
  const { message } = fail('store-not-empty', { profile: 'shop', store: database });
  expect(message).toContain(`The profile “shop” in ${database} differs from the one to move.`);
});

test.each(['tokens-not-stored', 'tokens-kept-here'] as const)(
  'the reason why tokens could not be stored is a sentence of its own: %s',
  (code) => {
    const { message: detail } = fail('store-unwritable', { path: '/store', detail: 'disk error, EIO' });
    const { message } = fail(code, { detail, store: database, path: '/kept' });
    expect(message).toContain(`. ${detail}`);
    expect(message).not.toMatch(/\([^)]*\(/);
  },
);

test.each(['abc', 'http://127.0.0.1:8080/path', 'https://tiktok.example'])(
  'an origin is refused for a reason that fits every bad value: %s',
  (value) => {
    const { message } = fail('origin-not-loopback', { value });
    expect(message).toBe(
      `OTTOKIT_TIKTOK_ORIGIN is “${value}”. It must be a plain loopback address, because secrets are sent there.`,
    );
  },
);
