import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { DrawnQuestion } from '../../src/terminal/drawing.ts';
import { makeScreen } from '../../src/terminal/screen.ts';

function open({ columns = 20, rows = 24, isTTY = true, env = {} } = {}) {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY, columns, rows });
  const screen = makeScreen(stream, env);
  return { screen, stream, written: () => stream.read() as unknown };
}

const question: DrawnQuestion = () => ({
  rows: ['? Which one is it?', '\u001b[1mtwelve chars\u001b[22m', '>', 'below'],
  cursor: [2, 1],
});

test('a question is drawn with the cursor in its row, and the next drawing replaces it', () => {
  const { screen, written } = open();
  screen.showQuestion(question);
  expect(written()).toBe('? Which one is it?\n\u001b[1mtwelve chars\u001b[22m\n>\nbelow\u001b[1A\u001b[2G');
  screen.showQuestion(() => ({ rows: ['? Sure?'], cursor: [0, 7] }));
  expect(written()).toBe('\u001b[2A\r\u001b[J? Sure?\u001b[8G');
});

test('text below the cursor that is wider than the terminal doesn’t misplace the cursor', () => {
  const { screen, written } = open();
  screen.showQuestion(() => ({ rows: ['? Which?', '> a', 'Not one of', 'x'.repeat(45)], cursor: [1, 3] }));
  expect(written()).toMatch(/x\u001b\[4A\u001b\[4G$/u);
  screen.closeQuestion(null);
  expect(written()).toBe('\u001b[1A\r\u001b[J');
});

describe('on a terminal with five rows', () => {
  const rows = ['? Which?', '  a', '  b', '> c', '  d', '', 'Enter selects'];

  test('a list shows the rows around the selected one, and is erased completely', () => {
    const { screen, written } = open({ rows: 5 });
    screen.showQuestion(() => ({ rows, cursor: null, selected: 3 }));
    expect(written()).toBe('  a\n  b\n> c\n  d\u001b[?25l');
    screen.closeQuestion(null);
    expect(written()).toBe('\u001b[3A\r\u001b[J\u001b[?25h');
  });

  test('a list whose first entry is selected begins with the question', () => {
    const { screen, written } = open({ rows: 5 });
    screen.showQuestion(() => ({ rows: ['? Which?', '> a', '  b', '  c', '', 'help'], cursor: null, selected: 1 }));
    expect(written()).toBe('? Which?\n> a\n  b\n  c\u001b[?25l');
  });

  test('the row with the cursor is shown below the status', () => {
    const { screen, written } = open({ rows: 5 });
    screen.setStatus({}, 'Waiting');
    written();
    screen.showQuestion(() => ({ rows: [...rows, '> typed', 'below'], cursor: [7, 2] }));
    expect(written()).toBe('\u001b[1A\r\u001b[JWaiting\nEnter selects\n> typed\nbelow\u001b[1A\u001b[3G');
  });
});

test.for([
  ['many words', 'one two '.repeat(400)],
  ['one long word', 'x'.repeat(3_000)],
])('a status of %s is cut to fit the screen, and leaves no rows behind when it is redrawn', ([, text = '']) => {
  const { screen, written } = open({ columns: 40, rows: 24 });
  const wait = {};
  screen.setStatus(wait, text);
  expect(String(written()).split('\n')).toHaveLength(23);
  screen.setStatus(wait, `${text}more`);
  expect(written()).toMatch(/^\u001b\[22A\r\u001b\[J/u);
});

test('rows above the cursor that the terminal rewrapped when it became narrower are erased too', () => {
  const { screen, stream, written } = open();
  screen.showQuestion(question);
  written();
  stream.columns = 5;
  stream.emit('resize');
  expect(written()).toMatch(/^\u001b\[7A\r\u001b\[J\? Which/u);
});

test('a question is removed for the shell, and afterward drawn at the cursor without erasing anything', () => {
  const { screen, written } = open();
  screen.showQuestion(question);
  written();
  screen.suspend();
  expect(written()).toBe('\u001b[2A\r\u001b[J');
  screen.resume();
  expect(written()).toMatch(/^\? Which/u);
});

test.for([
  ['its own rows', undefined, '? Which one is it?\n\u001b[1mtwelve chars\u001b[22m\n>\nbelow\n'],
  ['its answer', '✔ Which? a', '✔ Which? a\n'],
  ['nothing', null, ''],
] as const)('a question leaves %s behind', ([, lines, left]) => {
  const { screen, written } = open();
  screen.showQuestion(question);
  written();
  screen.closeQuestion(lines);
  expect(written()).toBe(`\u001b[2A\r\u001b[J${left}`);
});

test('a hidden cursor is shown again with the next drawing', () => {
  const { screen, written } = open();
  screen.showQuestion(() => ({ rows: ['? Which?', '> a'], cursor: null }));
  expect(written()).toBe('? Which?\n> a\u001b[?25l');
  screen.closeQuestion(null);
  expect(written()).toBe('\u001b[1A\r\u001b[J\u001b[?25h');
});

test('a log gets only the lines, without escape sequences', () => {
  const { screen, written } = open({ isTTY: false });
  screen.print('one');
  screen.print('two');
  expect(written()).toBe('one\ntwo\n');
});

test('text typed on a terminal that doesn’t report its width stays on its line', () => {
  const { screen, written } = open({ columns: 0, env: { TERM: 'dumb' } });
  for (const typed of ['', 'a', 'ab', 'a']) screen.showQuestion(() => ({ rows: [`Name: ${typed}`], cursor: null }));
  expect(written()).toBe('Name: ab\b \b');
});
