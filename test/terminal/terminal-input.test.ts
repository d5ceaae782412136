import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundle, keys, Person } from './pty.ts';
import { noTerminals, skipOnWindows } from '../tools/systems.ts';

skipOnWindows(noTerminals);

let worker: Awaited<ReturnType<typeof bundle>>;

beforeAll(async () => {
  worker = await bundle('worker.ts');
});

afterAll(() => worker.remove());

const background = '\u001b]11;rgb:1c1c/1c1c/1c1c\u001b\\';
const mouse = '\u001b[M !!\u001b[<0;12;5M\u001b[<0;12;5m';
const attributes = '\u001b[?64;1;2;6c\u001b[24;80R\u001b[I';
const device = '\u001bP>|XTerm(370)\u001b\\';

describe.each<[string, Record<string, string>]>([
  ['an ordinary terminal', {}],
  ['a terminal with a screen reader', { ACCESSIBLE: '1' }],
  ['a dumb terminal', { TERM: 'dumb' }],
])('on %s', (_, env) => {
  const asked = (scenario: string): Person => new Person([process.execPath, worker.file, scenario], { env });

  test('a terminal’s report doesn’t become part of the typed text', async () => {
    const person = asked('two-questions');
    await person.sees(/First:?$/u);
    person.type(`${background}a${mouse}b${attributes}c${device}${keys.enter}`);
    await person.sees(/Second:?$/u);
    person.type(`d${keys.enter}`);
    await person.sees('RESULT ["abc","d"]');
  });

  test('a terminal’s report doesn’t become part of a typed secret', async () => {
    const person = asked('password');
    await person.sees('App Secret');
    person.type(`f00${background}${mouse}d${device}${keys.enter}`);
    await person.sees('RESULT {"length":4,"start":"f00"}');
  });

  test.for(['[', 'O', ']'])('Alt-%s swallows nothing that is typed next', async (key) => {
    const person = asked('text');
    await person.sees('App Key');
    person.type(`\u001b${key}hello${keys.enter}`);
    await person.sees('RESULT "hello"');
  });

  test.for([
    ['as a kitty key', '\u001b[99;5u'],
    ['as xterm’s modified key', '\u001b[27;5;99~'],
    ['after Escape', '\u001b\u0003'],
    ['after Enter', '\r\u0003'],
    ['after text and Enter', 'abc\r\u0003'],
    ['after text and Enter, as a kitty key', 'abc\r\u001b[99;133u'],
    ['in an unfinished paste', '\u001b[200~abc\u0003'],
    ['in an unfinished report', '\u001b]11;rgb:\u0003'],
  ])('Ctrl-C %s leaves the question', async ([, sent]) => {
    for (const scenario of ['two-questions', 'password']) {
      const person = asked(scenario);
      await person.sees(/First|App Secret/u);
      person.type(String(sent));
      await person.sees('THROWN interrupted');
      expect(await person.ended).toBe(130);
      expect(person.screen).toMatchObject({ cursorHidden: false, marksPastes: false });
    }
  });

  test('an unfinished paste is accepted after a moment, and the next keys work', async () => {
    const person = asked('two-questions');
    await person.sees(/First:?$/u);
    person.type('\u001b[200~one\r');
    await person.sees(/First:? one$/u);
    person.type(keys.enter);
    await person.sees(/Second:?$/u);
    person.type(`b${keys.enter}`);
    await person.sees('RESULT ["one","b"]');
  });
});

test.for([
  ['arrows and Enter in the kitty protocol', '\u001b[1;1:1B\u001b[1;1:3B\u001b[13u', 'RESULT "cherry"'],
  ['arrows and Enter while Num Lock is on', '\u001b[1;129A\u001b[13;129u', 'RESULT "apple"'],
  ['arrows in application mode', '\u001bOB\r', 'RESULT "cherry"'],
])('a choice can be made with %s', async ([, sent, result]) => {
  const person = new Person([process.execPath, worker.file, 'select']);
  await person.sees('❯ Banana');
  person.type(String(sent));
  await person.sees(String(result));
});
