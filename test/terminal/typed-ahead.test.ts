import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundle, keys, paste, Person } from './pty.ts';
import { noTerminals, skipOnWindows } from '../tools/systems.ts';

skipOnWindows(noTerminals);

let worker: Awaited<ReturnType<typeof bundle>>;

beforeAll(async () => {
  worker = await bundle('worker.ts');
});

afterAll(() => worker.remove());

/** Answers a first question. The work before the next question lasts until `!` is typed. */
async function atWork(next: string, env: Record<string, string>): Promise<Person> {
  const person = new Person([process.execPath, worker.file, 'work-between', next], { env });
  await person.sees(/First:?$/u);
  person.type(`a${keys.enter}`);
  await person.sees('At work.');
  return person;
}

describe.each<[string, Record<string, string>]>([
  ['an ordinary terminal', {}],
  ['a terminal with a screen reader', { ACCESSIBLE: '1' }],
  ['a dumb terminal', { TERM: 'dumb' }],
])('text typed while no question is open on %s', (_, env) => {
  test('isn’t shown, and goes to the next question', async () => {
    const person = await atWork('text', env);
    person.type('ahead!');
    await person.sees(/App Key.* ahead!$/u);
    const { received, rows } = person.screen;
    expect(received.slice(0, received.indexOf('App Key'))).not.toContain('ahead');
    expect(rows.slice(rows.indexOf('At work.') + 1)).toHaveLength(1);
    person.type(keys.enter);
    await person.sees('RESULT "ahead!"');
    expect(await person.ended).toBe(0);
  });

  test('answers the next question if Enter was typed too', async () => {
    const person = await atWork('two-questions', env);
    person.type(`ax${keys.backspace}!${keys.enter}`);
    await person.sees(/Second:?$/u);
    person.type(`b${keys.enter}`);
    await person.sees('RESULT ["a!","b"]');
  });

  test('isn’t shown by the question for a secret either', async () => {
    const person = await atWork('password', env);
    person.type('f00dcafe');
    person.type('!');
    await person.sees('App Secret');
    person.type(keys.enter);
    await person.sees('RESULT {"length":9,"start":"f00"}');
    expect(person.screen.received).not.toMatch(/f00d|cafe/u);
  });

  test('isn’t shown when the program ends, and doesn’t keep the program running', async () => {
    const person = await atWork('none', env);
    person.type('too late!');
    await person.sees('At work.\nRESULT undefined');
    expect(await person.ended).toBe(0);
    expect(person.screen.received).not.toContain('too late');
    expect(person.screen).toMatchObject({ cursorHidden: false, marksPastes: false });
  });

  test('can be Ctrl-D, which leaves the next question', async () => {
    const person = await atWork('text', env);
    person.type(`${keys.ctrlD}!`);
    await person.sees('THROWN interrupted');
    expect(await person.ended).toBe(130);
  });
});

describe.each<[string, Record<string, string>]>([
  ['an ordinary terminal', {}],
  ['a terminal with a screen reader', { ACCESSIBLE: '1' }],
])('a paste while no question is open on %s', (_, env) => {
  test('is bracketed, and its line breaks submit nothing', async () => {
    const person = await atWork('two-questions', env);
    expect(person.screen.marksPastes).toBe(true);
    person.type(paste('one\ntwo!\n'));
    await person.sees(/First:? one two!$/u);
    person.type(keys.enter);
    await person.sees(/Second:?$/u);
    person.type(`b${keys.enter}`);
    await person.sees('RESULT ["one two!","b"]');
  });

  test('is dropped if it follows Enter, as it is while a question is open', async () => {
    const person = await atWork('two-questions', env);
    person.type(`one${keys.enter}${paste('two!')}`);
    await person.sees(/Second:?$/u);
    person.type(`b${keys.enter}`);
    await person.sees('RESULT ["one","b"]');
  });

  test('may contain a Ctrl-C character, which interrupts nothing', async () => {
    const person = await atWork('text', env);
    person.type(paste('one\u0003two!'));
    await person.sees('one two!');
  });
});

test('arrow keys typed ahead move in the next list', async () => {
  const person = await atWork('select', {});
  person.type(`!${keys.down}`);
  await person.sees('❯ Cherry');
  person.type(keys.enter);
  await person.sees('RESULT "cherry"');
});

test('keys typed ahead tick entries in the next checklist', async () => {
  const person = await atWork('checklist', {});
  person.type(`!${keys.down}${keys.space}`);
  await person.sees('❯ ◉ Banana');
});

test('on a dumb terminal, Ctrl-Z and fg cause no escape sequences', async () => {
  const person = new Person(['/bin/bash', '--norc', '--noprofile', '-im'], { env: { PS1: 'prompt>', TERM: 'dumb' } });
  await person.sees('prompt>');
  person.type(`${process.execPath} ${worker.file} work-between text\r`);
  await person.sees(/First:$/u);
  person.type(`a${keys.enter}`);
  await person.sees('At work.');
  person.type(keys.ctrlZ);
  await person.sees(/Stopped[^]*prompt>$/u);
  person.type('fg\r');
  await person.sees(/fg\n[^]*worker\.mjs[^]*text$/u);
  person.type('ahead!');
  await person.sees(/App Key.* ahead!$/u);
  expect(person.screen.received).not.toContain('\u001b');
});
