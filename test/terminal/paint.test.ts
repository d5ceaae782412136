import { describe, expect, test } from 'vitest';
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
] as const)('lines are redrawn only on a person’s terminal: %o', ([env, stream, redraws]) => {
  expect(canRedraw(env, stream)).toBe(redraws);
});
