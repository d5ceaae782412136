import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { Screen, type DrawnQuestion } from '../../src/terminal/screen.ts';

function open({ columns = 20, isTTY = true } = {}) {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY, columns });
  const screen = new Screen({ stream, env: {}, ellipsis: '…' });
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

test('lines above the cursor that a narrower terminal has rewrapped are erased too', () => {
  const { screen, stream, written } = open();
  screen.showQuestion(question);
  written();
  stream.columns = 5;
  stream.emit('resize');
  expect(written()).toMatch(/^\u001b\[7A\r\u001b\[J\? Which/u);
});

test('after the shell has had the terminal, a question is drawn at the cursor, and nothing is erased', () => {
  const { screen, written } = open();
  screen.showQuestion(question);
  written();
  screen.suspend();
  expect(written()).toBe('\u001b[2A\r\u001b[J');
  screen.resume();
  expect(written()).toMatch(/^\? Which/u);
});

test.for([
  ['what it shows', undefined, '? Which one is it?\n\u001b[1mtwelve chars\u001b[22m\n>\nbelow\n'],
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

test('a log gets only the lines', () => {
  const { screen, written } = open({ isTTY: false });
  screen.print('one');
  screen.print('two');
  expect(written()).toBe('one\ntwo\n');
});
