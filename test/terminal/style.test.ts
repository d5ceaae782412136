import { describe, expect, test } from 'vitest';
import { canRedraw } from '../../src/ground/env.ts';
import { glyphsFor, makePaint, typeset } from '../../src/terminal/style.ts';

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

const terminal = { isTTY: true };
const pipe = {};

describe('color', () => {
  test.for([
    ['is used on a terminal', {}, terminal, undefined, true],
    ['isn’t used in a pipe', {}, pipe, undefined, false],
    ['isn’t used on a dumb terminal', { TERM: 'dumb' }, terminal, undefined, false],
    ['isn’t used if NO_COLOR has any value', { NO_COLOR: '0' }, terminal, undefined, false],
    ['is used if NO_COLOR is empty', { NO_COLOR: '' }, terminal, undefined, true],
    ['is used in a pipe with FORCE_COLOR', { FORCE_COLOR: '1' }, pipe, undefined, true],
    ['is used with FORCE_COLOR, even if NO_COLOR is set', { FORCE_COLOR: '1', NO_COLOR: '1' }, pipe, undefined, true],
    ['isn’t used with FORCE_COLOR=0', { FORCE_COLOR: '0' }, terminal, undefined, false],
    ['isn’t used with --no-color, whatever else is set', { FORCE_COLOR: '1' }, terminal, false, false],
  ] as const)('%s', ([, env, stream, color, colored]) => {
    expect(makePaint({ env, stream, color }).green('ok')).toBe(colored ? '\u001b[32mok\u001b[39m' : 'ok');
  });

  test('can be applied with map, which passes an index too', () => {
    const { bold } = makePaint({ env: {}, stream: pipe });
    expect(['a', 'b'].map(bold)).toEqual(['a', 'b']);
  });
});

test.for([
  [{}, terminal, true],
  [{}, pipe, false],
  [{ ACCESSIBLE: '1' }, terminal, false],
  [{ TERM: 'dumb' }, terminal, false],
  [{ CI: 'true' }, terminal, false],
  [{ CI: 'false' }, terminal, true],
] as const)('lines are redrawn only if the environment and the stream allow it: %j, %j', ([env, stream, redraws]) => {
  expect(canRedraw(env, stream)).toBe(redraws);
});
