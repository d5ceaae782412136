import { describe, expect, test } from 'vitest';
import { makePaint } from '../../src/terminal/paint.ts';
import { canRedraw } from '../../src/ground/env.ts';

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
