import { describe, expect, test } from 'vitest';
import { glyphsFor } from '../../src/terminal/glyphs.ts';
import { makePaint } from '../../src/terminal/paint.ts';
import { canRedraw } from '../../src/ground/env.ts';

const terminal = { isTTY: true };
const pipe = {};

describe('color', () => {
  test.for([
    ['on a terminal', {}, terminal, undefined, true],
    ['in a pipe', {}, pipe, undefined, false],
    ['on a dumb terminal', { TERM: 'dumb' }, terminal, undefined, false],
    ['with NO_COLOR set to anything', { NO_COLOR: '0' }, terminal, undefined, false],
    ['with NO_COLOR set to nothing', { NO_COLOR: '' }, terminal, undefined, true],
    ['with FORCE_COLOR in a pipe', { FORCE_COLOR: '1' }, pipe, undefined, true],
    ['with FORCE_COLOR and NO_COLOR', { FORCE_COLOR: '1', NO_COLOR: '1' }, pipe, undefined, true],
    ['with FORCE_COLOR=0', { FORCE_COLOR: '0' }, terminal, undefined, false],
    ['with --no-color, whatever else is set', { FORCE_COLOR: '1' }, terminal, false, false],
  ] as const)('%s', ([, env, stream, color, colored]) => {
    expect(makePaint({ env, stream, color }).green('ok')).toBe(colored ? '\u001b[32mok\u001b[39m' : 'ok');
  });

  test('applied with map ignores the index', () => {
    const { bold } = makePaint({ env: {}, stream: pipe });
    expect(['a', 'b'].map(bold)).toEqual(['a', 'b']);
  });
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
  ] as const)('with %o on %s, a pass is shown as %s', ([env, platform, mark]) => {
    expect(glyphsFor({ env, platform }).pass).toBe(mark);
  });

  test('are ASCII on an ASCII terminal, and words if words are requested', () => {
    const ascii = Object.values(glyphsFor({ env: {}, platform: 'linux' })) as string[];
    expect(ascii.join('')).toMatch(/^[\u0020-\u007e]+$/u);
    const { pass, warn, fail, skip } = glyphsFor({ env: { ACCESSIBLE: '1' }, platform: 'linux' });
    expect([pass, warn, fail, skip]).toEqual(['ok:', 'warning:', 'error:', 'skipped:']);
  });
});

test.for([
  [{}, terminal, true],
  [{}, pipe, false],
  [{ ACCESSIBLE: '1' }, terminal, false],
  [{ TERM: 'dumb' }, terminal, false],
  [{ CI: 'true' }, terminal, false],
  [{ CI: 'false' }, terminal, true],
] as const)('lines are redrawn only on a person’s terminal: %o', ([env, stream, redraws]) => {
  expect(canRedraw(env, stream)).toBe(redraws);
});
