import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { bundle, checkingMode, keys, paste, Person } from './pty.ts';
import { noTerminals, skipOnWindows } from '../tools/systems.ts';

skipOnWindows(noTerminals);

let worker: Awaited<ReturnType<typeof bundle>>;

beforeAll(async () => {
  worker = await bundle('worker.ts');
});

afterAll(() => worker.remove());

const asked = (scenario: string, env: Record<string, string> = { ACCESSIBLE: '1' }): Person =>
  new Person([process.execPath, worker.file, scenario], { env });

/** The received output, without the requests for bracketed paste and the cursor, which draw nothing. */
const drawn = (person: Person): string => person.screen.received.replaceAll(/\u001b\[\?(?:2004[hl]|25h)/gu, '');

describe('with ACCESSIBLE=1', () => {
  test('a choice is a numbered list, and the user types a number', async () => {
    const person = asked('select');
    await person.sees('Number from 1 to 3 (Enter for 2):');
    expect(person.screen.rows).toEqual([
      'Which fruit?',
      '  1. Apple: round',
      '  2. Banana: curved',
      '  3. Cherry',
      'Number from 1 to 3 (Enter for 2):',
    ]);
    person.type(`4${keys.enter}`);
    await person.sees('error: 4 isn’t one of the numbers.');
    person.type(`3${keys.enter}`);
    await person.sees('RESULT "cherry"');
    expect(drawn(person)).not.toMatch(/[\u001b✔❯▲✖]/u);
  });

  test('Enter accepts the default of a choice', async () => {
    const person = asked('select');
    await person.sees('(Enter for 2):');
    person.type(keys.enter);
    await person.sees('RESULT "banana"');
  });

  test.for([
    ['part of a name', 'mexi', 'RESULT "c22"'],
    ['Enter, which selects the recommended entry', '', 'RESULT "c2"'],
  ])('a long list accepts %s', async ([, line, result]) => {
    const person = asked('search');
    await person.sees('Number from 1 to 28');
    person.type(`${String(line)}${keys.enter}`);
    await person.sees(String(result));
  });

  test('a part of several names is refused, and the number asked for', async () => {
    const person = asked('search');
    await person.sees('Number from 1 to 28');
    person.type(`country${keys.enter}`);
    await person.sees('error: “country” fits several choices. Type a number.');
  });

  test.for(['2-1', '0-2', '3-9', '1-'])('a checklist refuses the range %s', async (line) => {
    const person = asked('checklist');
    await person.sees('leaves them as they are):');
    person.type(`${line}${keys.enter}`);
    await person.sees('isn’t one of the numbers.');
  });

  test('Enter continues', async () => {
    const person = asked('press-key');
    await person.sees('Press Enter to open TikTok Shop:');
    person.type(keys.enter);
    await person.sees('ok: Opened.');
  });

  test('a yes-or-no question accepts either word or its beginning, and refuses other text', async () => {
    const person = asked('confirm');
    await person.sees('Sure? yes or no (Enter for no):');
    person.type(`perhaps${keys.enter}`);
    await person.sees('error: Type yes or no.');
    person.type(`Ye${keys.enter}`);
    await person.sees('RESULT true');
  });

  test('text can be corrected with Backspace, and a refusal gives the reason', async () => {
    const person = asked('text');
    await person.sees('App Key (Enter for preset):');
    person.type(`ab${keys.enter}`);
    await person.sees(/error: Too short\.\nApp Key/u);
    person.type(`abx${keys.backspace}cü${keys.enter}`);
    await person.sees('RESULT "abcü"');
  });

  test('Backspace erases both columns of a wide character', async () => {
    const person = asked('text');
    await person.sees('App Key (Enter for preset):');
    person.type(`店${keys.backspace}abc${keys.enter}`);
    await person.sees('RESULT "abc"');
    expect(person.screen.received).toContain('店\b \b\b \babc');
  });

  test('Backspace erases text on the row above too', async () => {
    const person = new Person([process.execPath, worker.file, 'text'], { columns: 40, env: { ACCESSIBLE: '1' } });
    await person.sees('App Key (Enter for preset):');
    person.type('abcdefghijklmnopqrst');
    await person.sees(/^mnopqrst$/mu);
    person.type(keys.backspace.repeat(10));
    await person.sees(/^App Key \(Enter for preset\): abcdefghij$/mu);
    person.type(keys.enter);
    await person.sees('RESULT "abcdefghij"');
    expect(person.screen.rows.slice(-2)).toEqual(['App Key (Enter for preset): abcdefghij', 'RESULT "abcdefghij"']);
  });

  test('pasted text can’t change the direction of what is shown', async () => {
    const person = asked('text');
    await person.sees('App Key (Enter for preset):');
    person.type(paste('abc\u202edef'));
    await person.sees('abc\uFFFDdef');
    person.type(keys.enter);
    await person.sees('RESULT "abc\u202edef"');
  });

  test('line breaks in a paste become spaces and submit nothing', async () => {
    const person = asked('text');
    await person.sees('App Key (Enter for preset):');
    person.type(paste('one\ntwo\n'));
    await person.sees('one two');
    person.type(keys.enter);
    await person.sees('RESULT "one two"');
  });

  test('a secret isn’t shown at all', async () => {
    const person = asked('password');
    await person.sees('App Secret (what you type isn’t shown):');
    person.type(`f00d${keys.left}${paste('cafe')}${keys.enter}`);
    await person.sees('RESULT {"length":8,"start":"f00"}');
    expect(person.screen.received).not.toMatch(/f00d|cafe|\*|•/u);
  });

  test('a checklist says which entries are ticked, and accepts numbers', async () => {
    const person = asked('checklist');
    await person.sees('Numbers to tick');
    expect(person.screen.text).toContain('1. Apple: round (ticked)');
    person.type(`1 9${keys.enter}`);
    await person.sees('error: 9 isn’t one of the numbers.');
    person.type(`,${keys.enter}`);
    await person.sees('error: , isn’t one of the numbers.');
    person.type(`3, 2${keys.enter}`);
    await person.sees('RESULT ["banana","cherry"]');
  });

  test.for([
    ['Enter leaves a checklist as it is', '', 'RESULT ["apple"]'],
    ['0 ticks nothing', '0', 'RESULT []'],
    ['“none” ticks nothing', 'None', 'RESULT []'],
    ['“all” ticks everything', 'all', 'RESULT ["apple","banana","cherry"]'],
    ['a range ticks the entries in it', '2 - 3', 'RESULT ["banana","cherry"]'],
    ['numbers and ranges can be combined', '1, 2-3', 'RESULT ["apple","banana","cherry"]'],
  ])('%s', async ([, line, result]) => {
    const person = asked('checklist');
    await person.sees('leaves them as they are):');
    person.type(`${String(line)}${keys.enter}`);
    await person.sees(String(result));
  });

  test('a wait message is printed once and never redrawn, and a question is repeated after other messages', async () => {
    const person = asked('waiting-question');
    await person.sees('Or paste the address:');
    person.type('abc!');
    await person.sees(/turned away\.\nOr paste the address: abc!/u);
    person.type(`d${keys.enter}`);
    await person.sees('RESULT "abc!d"');
    expect(person.screen.rows).toEqual([
      'Waiting for the answer, 14:59 left',
      'Or paste the address: abc!',
      'warning: A stray request was turned away.',
      'Or paste the address: abc!d',
      'ok: Over.',
      'RESULT "abc!d"',
    ]);
  });

  test.for([
    ['Ctrl-C', keys.ctrlC],
    ['Ctrl-D', keys.ctrlD],
  ])('%s leaves the question and restores the terminal', async ([, key]) => {
    const person = new Person(checkingMode(process.execPath, worker.file, 'password'), { env: { ACCESSIBLE: '1' } });
    await person.sees('App Secret');
    person.type(String(key));
    await person.sees('THROWN interrupted');
    await person.sees('SAME');
  });

  test('an abort signal cancels a question', async () => {
    const person = asked('withdrawn');
    await person.sees('Paste the address:');
    person.type('!');
    await person.sees('THROWN it arrived');
    expect(person.screen.rows).toEqual(['Paste the address: !', 'Went on.', 'THROWN it arrived']);
  });
});

test('a secret pasted without bracketed paste isn’t shown, not even the part after a line break', async () => {
  const person = asked('secret-then-text', { TERM: 'dumb', SLEEPS: 'typing' });
  await person.sees("App Secret (what you type isn't shown):");
  person.type(`first${keys.enter}`);
  await vi.waitFor(() => {
    expect(person.screen.received).toContain('shown): \r\n');
  }, 25_000);
  person.type('second!');
  await person.sees('Second:');
  person.type(`third${keys.enter}`);

  await person.sees('RESULT ["[secret]","third"]');
  expect(person.screen.received).not.toMatch(/first|second/u);
});

test('a dumb terminal gets no escape sequences at all', async () => {
  const person = asked('text', { TERM: 'dumb' });
  await person.sees('App Key (Enter for preset):');
  person.type(`a${keys.enter}`);
  await person.sees('[x] Too short.');
  person.type(keys.enter);
  await person.sees('RESULT "preset"');
  expect(person.screen.received).not.toContain('\u001b');
});
