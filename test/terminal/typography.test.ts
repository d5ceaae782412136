import { expect, test } from 'vitest';
import { glyphsFor } from '../../src/terminal/glyphs.ts';
import { typeset } from '../../src/terminal/typography.ts';

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
] as const)('with %j, the program’s own characters are replaced by ones that the terminal can show', ([env, shown]) => {
  expect(typeset(text, glyphsFor({ env, platform: 'linux' }))).toBe(shown);
});

test('an external name is never changed', () => {
  const name = 'Café 日本 “Zoë”';
  expect(typeset(name, glyphsFor({ env: { LANG: 'C' }, platform: 'linux' }))).toBe('Café 日本 "Zoë"');
});
