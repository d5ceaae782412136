import { expect, test } from 'vitest';
import { partMark, QuestionOutput } from '../../src/terminal/question-output.ts';

/** A question on a screen, as the library that asks it draws it. */
function question({ isKept = true } = {}) {
  const written: string[] = [];
  const place = {
    columns: 20,
    isSuspended: false,
    drawQuestion: (erase: string, drawn: string) => written.push(`draw ${erase}|${drawn}`),
    closeQuestion: (erase: string, answer: string) => written.push(`close ${erase}|${answer}`),
  };
  const output = new QuestionOutput(place, () => isKept);
  const end = output.redrawWith(() => output.write(`<again>${partMark}? Which?`));
  return { place, output, written, end };
}

test('a question is drawn where the last drawing of it was erased', () => {
  const { output, written } = question();
  output.write(`${partMark}? Which?`);
  output.write(`<erase>${partMark}? Which? a\n${partMark}Too short.`);
  expect(written).toEqual(['draw |? Which?', 'draw <erase>|? Which? a\nToo short.']);
});

test('a terminal that has become narrower made more rows of the lines above the cursor, which go too', () => {
  const { place, output, written } = question();
  output.write(`${partMark}? Which one is it?\n\u001b[1mtwelve chars\u001b[22m\n>\n${partMark}below the cursor`);
  place.columns = 5;
  output.redraw();
  expect(written.at(-1)).toBe('draw <again>\u001b[5A\u001b[J|? Which?');
});

test('the cursor between two rows is drawn with the question, once the key is handled', async () => {
  const { output, written } = question();
  output.write(`${partMark}? Which?`);
  output.write('<move>');
  expect(written).toHaveLength(1);
  await Promise.resolve();
  expect(written.slice(1)).toEqual(['draw <again>|? Which?']);
});

test('nothing is drawn while the shell has the terminal, nor erased when it has written on the screen', () => {
  const { place, output, written } = question();
  output.write(`${partMark}? Which?`);
  place.isSuspended = true;
  output.redraw();
  output.redraw();
  place.isSuspended = false;
  output.redraw();
  expect(written.slice(1)).toEqual(['draw <again>|', 'draw |', 'draw |? Which?']);
});

test.for([
  [true, '✔ Which? a\n\u001b[J'],
  [false, ''],
])('at its end a question that is kept (%s) leaves %j', ([isKept, left]) => {
  const { output, written, end } = question({ isKept: Boolean(isKept) });
  output.write(`${partMark}? Which?`);
  end();
  output.write(`<erase>${partMark}✔ Which? a`);
  output.write('<end>');
  expect(written.at(-1)).toBe(`close <end>|${String(left)}`);
});
