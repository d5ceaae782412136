import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { bundle, checkingMode, keys, paste, Person } from './pty.ts';
import { noTerminals, skipOnWindows } from '../tools/systems.ts';

skipOnWindows(noTerminals);

let worker: Awaited<ReturnType<typeof bundle>>;

beforeAll(async () => {
  worker = await bundle('worker.ts');
});

afterAll(() => worker.remove());

const asked = (scenario: string, settings?: ConstructorParameters<typeof Person>[1]): Person =>
  new Person([process.execPath, worker.file, scenario], settings);

describe('a choice', () => {
  test('starts at its default, shows the hint of the selected entry, and stops at the end of the list', async () => {
    const person = asked('select');
    await person.sees('❯ Banana');
    await person.sees('curved');
    person.type(keys.down);
    await person.sees('❯ Cherry');
    person.type(keys.down + keys.up + keys.up);
    await person.sees('❯ Apple');
    await person.sees('round');
    person.type(keys.enter);

    await person.sees('RESULT "apple"');
    expect(person.screen.rows).toEqual(['✔ Which fruit? Apple', 'RESULT "apple"']);
    expect(await person.ended).toBe(0);
  });

  test('selects the entry whose name begins with the typed text', async () => {
    const person = asked('select');
    await person.sees('❯ Banana');
    person.type('c');
    await person.sees('❯ Cherry');
    person.type(keys.enter);
    await person.sees('RESULT "cherry"');
  });

  test('ignores pasted text that matches no entry, and doesn’t show it', async () => {
    const person = asked('select');
    await person.sees('❯ Banana');
    person.type(paste('f00dcafe') + keys.down);
    await person.sees('❯ Cherry');
    person.type(keys.enter);
    await person.sees('RESULT "cherry"');
    expect(person.screen.received).not.toContain('f00d');
  });

  test('and its answer are wrapped at spaces on a narrow terminal', async () => {
    const person = asked('select', { columns: 18 });
    await person.sees('select');
    expect(person.screen.rows).toEqual([
      '? Which fruit?',
      '  Apple',
      '❯ Banana',
      '  Cherry',
      '',
      'curved',
      '↑↓ navigate, ⏎',
      'select',
    ]);
    person.type(keys.enter);
    await person.sees('RESULT "banana"');
    expect(person.screen.rows).toEqual(['✔ Which fruit?', 'Banana', 'RESULT "banana"']);
  });

  test('indents every row of an entry equally, selected or not', async () => {
    const person = asked('long-names', { columns: 20 });
    await person.sees('❯ Please open the');
    expect(person.screen.rows.slice(0, 5)).toEqual([
      '? What now?',
      '❯ Please open the',
      '  address',
      '  Please paste the',
      '  address',
    ]);
    person.type(keys.down);
    await person.sees('❯ Please paste the');
    expect(person.screen.rows.slice(1, 5)).toEqual([
      '  Please open the',
      '  address',
      '❯ Please paste the',
      '  address',
    ]);
    person.type(keys.enter);
    await person.sees('RESULT "paste"');
  });

  test('keeps the selected entry visible on a terminal with four rows', async () => {
    const person = asked('select', { rows: 4 });
    await person.sees('❯ Banana');
    expect(person.screen.rows.length).toBeLessThanOrEqual(4);
    person.type(keys.up);
    await person.sees('❯ Apple');
    person.type(keys.down + keys.down);
    await person.sees('❯ Cherry');
    expect(person.screen.rows.length).toBeLessThanOrEqual(4);
    person.type(keys.enter);
    await person.sees('RESULT "cherry"');
    expect(person.screen.rows).toEqual(['✔ Which fruit? Cherry', 'RESULT "cherry"']);
  });

  test('shows no control characters from external text', async () => {
    const person = asked('hostile');
    await person.sees('❯ A B');
    await person.sees('hint\uFFFD');

    expect(person.screen.rows[0]).toBe('? Shop \uFFFDred?');
    expect(person.screen.received).not.toContain('\u001b[2J');
  });
});

describe('a long list', () => {
  test('starts at the recommended entry, and says how many entries are above and below', async () => {
    const person = asked('search');
    await person.sees('❯ Country 2 (recommended)');
    await person.sees('(18 more below)');
    expect(person.screen.text).not.toContain('above');
    person.type(keys.down.repeat(30));
    await person.sees('(18 more above)');
    await person.sees('❯ Country 27');
    person.type(keys.enter);
    await person.sees('RESULT "c27"');
    expect(person.screen.rows).toEqual(['✔ Which country? Country 27', 'RESULT "c27"']);
  });

  test('is filtered by the typed text, ignoring case and accents, even if Enter follows at once', async () => {
    const person = asked('search');
    await person.sees('? Which country?');
    person.type(`mexi${keys.enter}`);
    await person.sees('RESULT "c22"');
  });

  test('keeps the selected entry and the typed text visible on a terminal with six rows', async () => {
    const person = asked('search', { rows: 6 });
    await person.sees('❯ Country 2 (recommended)');
    person.type(keys.down.repeat(9));
    await person.sees('❯ Country 11');
    expect(person.screen.rows.length).toBeLessThanOrEqual(6);
    person.type('mexi');
    await person.sees('? Which country? mexi');
    await person.sees('❯ México');
    expect(person.screen.rows.length).toBeLessThanOrEqual(6);
    person.type(keys.enter);
    await person.sees('RESULT "c22"');
    expect(person.screen.rows).toEqual(['✔ Which country? México', 'RESULT "c22"']);
  });

  test('finds a name that wraps on a narrow terminal', async () => {
    const person = asked('search', { columns: 12 });
    await person.sees('? Which');
    person.type(`country 27${keys.enter}`);
    await person.sees('RESULT "c27"');
  });

  test('doesn’t repeat the recommendation in the answer', async () => {
    const person = asked('search');
    await person.sees('❯ Country 2 (recommended)');
    person.type(keys.enter);
    await person.sees('RESULT "c2"');
    expect(person.screen.rows[0]).toBe('✔ Which country? Country 2');
  });

  test('keeps typed text that matches nothing, so that the user can correct it', async () => {
    const person = asked('search');
    await person.sees('? Which country?');
    person.type(`brx${keys.enter}`);
    await person.sees('? Which country? brx');
    await person.sees('✖ Nothing in the list matches');
    person.type(keys.backspace);
    await person.sees('❯ Brazil');
    person.type(keys.enter);
    await person.sees('RESULT "c21"');
  });
});

test('any key continues, and the prompt disappears', async () => {
  for (const key of ['x', keys.down, keys.enter]) {
    const person = asked('press-key');
    await person.sees('Press Enter to open TikTok Shop');
    person.type(key);
    await person.sees('RESULT undefined');
    expect(person.screen.rows).toEqual(['✔ Opened.', 'RESULT undefined']);
  }
});

test('Enter alone answers the question below a wait with an empty string, and both disappear', async () => {
  const person = asked('help-while-waiting');
  await person.sees(/Waiting for TikTok Shop, 14:59 left\nPress Enter for help\n\? Or paste the address$/u);
  person.type(`nothing${keys.enter}`);
  await person.sees('✖ That is not an address.');
  person.type(keys.enter);
  await person.sees('RESULT ""');
  expect(person.screen.rows).toEqual(['RESULT ""']);
});

describe('a yes-or-no question', () => {
  test('shows its default and accepts it on Enter', async () => {
    const person = asked('confirm');
    await person.sees('? Sure? (y/N)');
    person.type(keys.enter);
    await person.sees('RESULT false');
  });

  test('refuses any other text', async () => {
    const person = asked('confirm');
    await person.sees('? Sure? (y/N)');
    person.type(`maybe${keys.enter}`);
    await person.sees('✖ Type yes or no.');
    person.type(`${keys.backspace.repeat(5)}y${keys.enter}`);
    await person.sees('RESULT true');
  });
});

describe('a text question', () => {
  test('has a default that Enter accepts', async () => {
    const person = asked('text');
    await person.sees('? App Key (preset)');
    person.type(keys.enter);
    await person.sees('RESULT "preset"');
  });

  test('has a default that Tab inserts for editing', async () => {
    const person = asked('text');
    await person.sees('? App Key (preset)');
    person.type(`${keys.tab}s${keys.enter}`);
    await person.sees('RESULT "presets"');
  });

  test('gives the reason for a refusal, and asks again', async () => {
    const person = asked('text');
    await person.sees('? App Key (preset)');
    person.type(`ab${keys.enter}`);
    await person.sees('✖ Too short.');
    expect(person.screen.rows[0]).not.toContain('ab');
    person.type(`abc${keys.enter}`);
    await person.sees('RESULT "abc"');
    expect(person.screen.rows).toEqual(['✔ App Key abc', 'RESULT "abc"']);
  });

  test('can keep refused text, so that the user can correct it', async () => {
    const person = asked('text-to-correct');
    await person.sees('? Redirect URL');
    person.type(`https://example.test/${keys.enter}`);
    await person.sees(/^\? Redirect URL https:\/\/example\.test\/\n✖ It ends with a slash\.$/mu);
    person.type(keys.backspace + keys.enter);
    await person.sees('RESULT "https://example.test"');
    expect(person.screen.rows[0]).toBe('✔ Redirect URL https://example.test');
  });

  // node:readline has no name for most of these keys.
  test.for(['.com', '?x', 'é', '-2', 'x'])('that keeps refused text adds “%s” to it', async (more) => {
    const person = asked('text-to-correct');
    await person.sees('? Redirect URL');
    person.type(`https://example.test/${keys.enter}`);
    await person.sees('✖ It ends with a slash.');
    person.type(more + keys.enter);
    await person.sees(`RESULT "https://example.test/${more}"`);
  });

  test('that keeps refused text replaces it with a paste', async () => {
    const person = asked('text-to-correct');
    await person.sees('? Redirect URL');
    person.type(`https://example.test/${keys.enter}`);
    await person.sees('✖ It ends with a slash.');
    person.type(paste('https://other.test') + keys.enter);
    await person.sees('RESULT "https://other.test"');
  });

  test('isn’t submitted by line breaks in a paste, and none of it reaches the next question', async () => {
    const person = asked('two-questions');
    await person.sees('? First');
    person.type(paste('\nhttps://example.test/\ncallback\n'));
    await person.sees('https://example.test/ callback');
    person.type(keys.enter);
    await person.sees('? Second');
    person.type(`b${keys.enter}`);
    await person.sees('RESULT ["https://example.test/ callback","b"]');
  });

  test('doesn’t start with text that arrived together with the previous answer’s Enter', async () => {
    const person = asked('two-questions');
    await person.sees('? First');
    person.type(`a${keys.enter}stray`);
    await person.sees('? Second');
    person.type(`b${keys.enter}`);
    await person.sees('RESULT ["a","b"]');
  });
});

describe('a secret', () => {
  const secret = 'f00dcafe'.repeat(5);

  test('is masked during and after typing, even after Ctrl-T', async () => {
    const person = asked('password');
    await person.sees('? App Secret');
    person.type(secret);
    await person.sees('•'.repeat(40));
    person.type(keys.ctrlT);
    person.type('12');
    await person.sees('•'.repeat(42));
    person.type(keys.enter);

    await person.sees('RESULT {"length":42,"start":"f00"}');
    expect(person.screen.rows[0]).toBe(`✔ App Secret ${'•'.repeat(42)}`);
    expect(person.screen.received).not.toContain('f00d');
    expect(person.screen.received).not.toContain('toggle');
  });

  test('of 1,500 characters can be pasted', async () => {
    const person = asked('password');
    await person.sees('? App Secret');
    person.type(paste(`${'s3cret'.repeat(250)}\n`));
    await person.sees('•'.repeat(60));
    person.type(keys.enter);

    await person.sees('RESULT {"length":1500,"start":"s3c"}');
    expect(person.screen.received).not.toContain('s3cret');
  });

  test('pasted with a line break is neither cut off nor shown', async () => {
    const person = asked('password');
    await person.sees('? App Secret');
    person.type(paste('first\nsecond'));
    await person.sees('•'.repeat(12));
    person.type(keys.enter);

    await person.sees('RESULT {"length":12,"start":"fir"}');
    expect(person.screen.received).not.toMatch(/first|second/u);
  });

  test('pasted without bracketed paste isn’t shown, not even the part after a line break', async () => {
    const person = asked('secret-then-text', { env: { SLEEPS: 'typing' } });
    await person.sees('? App Secret');
    person.type(`first${keys.enter}`);
    await person.sees('✔ App Secret');
    person.type('second!');
    await person.sees('? Second');
    person.type(`third${keys.enter}`);

    await person.sees('RESULT ["[secret]","third"]');
    expect(person.screen.received).not.toMatch(/first|second/u);
  });

  test('is refused with the reason, which is wrapped at spaces on a narrow terminal', async () => {
    const person = asked('password', { columns: 14 });
    await person.sees('? App Secret');
    person.type(`••••${keys.enter}`);
    await person.sees(/^✖ That is a\nmask\.$/mu);
  });

  test('is asked for again on an empty line after a refusal', async () => {
    const person = asked('password');
    await person.sees('? App Secret');
    person.type(`••••${keys.enter}`);
    await person.sees(/✖ That is a mask\.\n\? App Secret/u);
    person.type(`real${keys.enter}`);

    await person.sees('RESULT {"length":4,"start":"rea"}');
    expect(person.screen.rows).toEqual(['✖ That is a mask.', '✔ App Secret ••••', 'RESULT {"length":4,"start":"rea"}']);
  });
});

describe('a checklist', () => {
  test('starts with some entries ticked, and returns the ones that are ticked at the end', async () => {
    const person = asked('checklist');
    await person.sees('❯ ◉ Apple');
    await person.sees('  ◯ Banana');
    person.type(keys.space + keys.down + keys.space + keys.down + keys.space);
    await person.sees('❯ ◉ Cherry');
    person.type(keys.enter);

    await person.sees('RESULT ["banana","cherry"]');
    expect(person.screen.rows[0]).toBe('✔ Ticked scopes 2 of 3 ticked');
  });
});

test('in a checklist, the key a ticks or unticks all entries, and the key i inverts them', async () => {
  const person = asked('checklist');
  await person.sees('a all, i invert');
  person.type('i');
  await person.sees(/❯ ◯ Apple\n  ◉ Banana\n  ◉ Cherry/u);
  person.type('a');
  await person.sees(/❯ ◉ Apple\n  ◉ Banana\n  ◉ Cherry/u);
  person.type(`a${keys.enter}`);
  await person.sees('RESULT []');
});

describe('leaving', () => {
  test('with Ctrl-C keeps the question and the typed text on the screen', async () => {
    const person = asked('text');
    await person.sees('? App Key');
    person.type(`abc${keys.ctrlC}`);
    await person.sees('THROWN interrupted');
    expect(person.screen.rows).toEqual(['? App Key abc', 'THROWN interrupted']);
  });

  test.for(['select', 'text', 'password', 'checklist'])('“%s” with Ctrl-C restores the terminal', async (scenario) => {
    const person = new Person(checkingMode(process.execPath, worker.file, scenario));
    await person.sees('? ');
    await person.sees(/App|fruit|scopes/u);
    expect(person.screen.marksPastes).toBe(true);
    person.type(keys.ctrlC);

    await person.sees('THROWN interrupted');
    await person.sees('CODE 130');
    await person.sees('SAME');
    expect(person.screen).toMatchObject({ cursorHidden: false, marksPastes: false });
  });

  test.for(['text', 'password', 'select'])('“%s” with Ctrl-D, the end of input, doesn’t hang', async (scenario) => {
    const person = asked(scenario);
    await person.sees('? ');
    person.type(keys.ctrlD);
    await person.sees('THROWN interrupted');
    expect(await person.ended).toBe(130);
  });

  test('on SIGTERM cancels the question with the abort signal’s reason', async () => {
    const person = asked('text');
    await person.sees('? App Key');
    process.kill(person.pid, 'SIGTERM');
    await person.sees('THROWN asked to end');
    expect(await person.ended).toBe(1);
  });

  test('with Ctrl-Z and returning with fg continues the question', async () => {
    const person = new Person(['/bin/bash', '--norc', '--noprofile', '-im'], {
      env: { PS1: 'prompt>', INPUTRC: '/dev/null' },
    });
    await person.sees('prompt>');
    person.type(`bind 'set enable-bracketed-paste off'\r`);
    person.type(`${process.execPath} ${worker.file} text\r`);
    await person.sees('? App Key');
    person.type(`abc${keys.ctrlZ}`);
    await person.sees('Stopped');
    person.type('fg\r');
    await person.sees(/fg\n[^]*node/u);
    person.type(`def${keys.enter}`);
    await person.sees('RESULT "abcdef"');
  });
});

describe('an open question', () => {
  test('leaves no trace if it is canceled because the answer came another way', async () => {
    const person = asked('withdrawn');
    await person.sees('Paste the address');
    person.type('!');
    await person.sees('THROWN it arrived');
    expect(person.screen.rows).toEqual(['Went on.', 'THROWN it arrived']);
  });

  test('is below its wait message, and other messages appear above both', async () => {
    const person = asked('waiting-question', { columns: 60 });
    await person.sees(/Waiting for the answer, 14:59 left\n\? Or paste the address/u);
    person.type('htt!');
    await person.sees('A stray request');
    expect(person.screen.rows).toEqual([
      '▲ A stray request was turned away.',
      'Waiting for the answer, 14:59 left',
      '? Or paste the address htt!',
    ]);
    expect(person.screen.cursor).toEqual([2, '? Or paste the address htt!'.length]);
    person.type(`p${keys.enter}`);

    await person.sees('RESULT "htt!p"');
    expect(person.screen.rows).toEqual([
      '▲ A stray request was turned away.',
      '✔ Or paste the address htt!p',
      '✔ Over.',
      'RESULT "htt!p"',
    ]);
  });

  test('leaves the lines above it intact if its answer takes several rows, typed or pasted', async () => {
    const address = `http://127.0.0.1:8717/callback?code=${'TTP_abcdef'.repeat(18)}`;
    const person = asked('waiting-question', { columns: 60 });
    await person.sees(/Waiting for the answer, 14:59 left\n\? Or paste the address/u);
    person.type(paste(address));
    await person.sees('Or paste the address http');
    person.type(`${keys.left.repeat(3)}!`);
    await person.sees('A stray request');
    const typed = `? Or paste the address ${address.slice(0, -3)}!${address.slice(-3)}`;
    const rows = typed.match(/.{1,60}/gu) ?? [];
    const cursor = typed.length - 3;
    // A terminal may receive one write in several pieces.
    await vi.waitFor(() => {
      expect(person.screen.rows).toEqual([
        '▲ A stray request was turned away.',
        'Waiting for the answer, 14:59 left',
        ...rows,
      ]);
      expect(person.screen.cursor).toEqual([2 + Math.floor(cursor / 60), cursor % 60]);
    }, 25_000);
  });

  test('shows the cursor in the row that the user moved it to', async () => {
    const person = asked('waiting-question', { columns: 40 });
    await person.sees('? Or paste the address');
    person.type('x'.repeat(30));
    await person.sees(/^x{13}$/mu);
    person.type(keys.left.repeat(14));
    await vi.waitFor(() => {
      expect(person.screen.cursor).toEqual([1, 39]);
    }, 25_000);
  });

  test('disappears with its wait message if the answer came another way, even if it took several rows', async () => {
    const person = asked('waiting-question', { columns: 40, env: { ARRIVES: '1' } });
    await person.sees('? Or paste the address');
    person.type(`${'x'.repeat(60)}!`);

    await person.sees('THROWN it arrived');
    expect(person.screen.rows).toEqual(['▲ A stray request was turned away.', '✔ Over.', 'THROWN it arrived']);
  });

  test('keeps its error below it when other messages appear', async () => {
    const person = asked('text-with-news');
    await person.sees('? App Key');
    person.type(`ab${keys.enter}`);
    await person.sees(/^News 1\nNews 2\n\? App Key\n✖ Too short\.$/u);
    person.type(`abc${keys.enter}`);
    await person.sees('RESULT "abc"');
    expect(person.screen.rows).toEqual(['News 1', 'News 2', '✔ App Key abc', 'RESULT "abc"']);
  });
});
