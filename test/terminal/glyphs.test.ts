import { describe, expect, test } from 'vitest';
import { glyphsFor, typeset } from '../../src/terminal/glyphs.ts';

const text = 'The app’s “Service ID” → here… a – b — c · ‘d’ • e';
const plain = "The app's \"Service ID\" -> here... a - b - c - 'd' * e";

test.for([
  [{ LANG: 'C.UTF-8' }, text],
  [{ LANG: 'C.UTF-8', ACCESSIBLE: '1' }, text],
  [{ LANG: 'C' }, plain],
  [{ LANG: 'C', ACCESSIBLE: '1' }, plain],
  [{ LANG: 'C.UTF-8', TERM: 'dumb' }, plain],
  [{ LANG: 'C.UTF-8', LC_ALL: 'POSIX' }, plain],
  [{}, plain],
] as const)('with %j, the program’s own text uses only characters that the terminal can show', ([env, shown]) => {
  expect(typeset(text, glyphsFor({ env, platform: 'linux' }))).toBe(shown);
});

test('an external name keeps its letters, even if the terminal can’t show them', () => {
  const name = 'Café 日本 “Zoë”';
  expect(typeset(name, glyphsFor({ env: { LANG: 'C' }, platform: 'linux' }))).toBe('Café 日本 "Zoë"');
});

describe('glyphs', () => {
  const unicode = '✔';
  test.for([
    [{ LANG: 'en_US.UTF-8' }, 'linux', unicode],
    [{ LANG: 'de_DE.utf8' }, 'darwin', unicode],
    [{ LC_ALL: 'C', LANG: 'en_US.UTF-8' }, 'linux', '[ok]'],
    [{ LC_ALL: '', LC_CTYPE: 'en_US.UTF-8', LANG: 'C' }, 'linux', unicode],
    [{}, 'linux', '[ok]'],
    [{ LANG: 'en_US.UTF-8', TERM: 'dumb' }, 'linux', '[ok]'],
    [{ LANG: 'en_US.UTF-8', TERM: 'linux' }, 'linux', '[ok]'],
    [{ LANG: 'en_US.UTF-8', TERM: 'linux-16color' }, 'linux', '[ok]'],
    [{ LANG: 'en_US.UTF-8', TERM: 'dumb-emacs-ansi' }, 'linux', '[ok]'],
    [{}, 'win32', '[ok]'],
    [{ WT_SESSION: '1' }, 'win32', unicode],
    [{ LANG: 'en_US.UTF-8', ACCESSIBLE: '1' }, 'linux', 'ok:'],
    [{ LANG: 'en_US.UTF-8', ACCESSIBLE: '0' }, 'linux', unicode],
  ] as const)('with %o on %s, the mark for success is %s', ([env, platform, mark]) => {
    expect(glyphsFor({ env, platform }).pass).toBe(mark);
  });

  test('are ASCII on an ASCII terminal, and words with ACCESSIBLE=1', () => {
    const ascii = Object.values(glyphsFor({ env: {}, platform: 'linux' })) as string[];
    expect(ascii.join('')).toMatch(/^[\u0020-\u007e]+$/u);
    const { pass, warn, fail, skip } = glyphsFor({ env: { ACCESSIBLE: '1' }, platform: 'linux' });
    expect([pass, warn, fail, skip]).toEqual(['ok:', 'warning:', 'error:', 'skipped:']);
  });
});
