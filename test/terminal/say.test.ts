import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Clock, Say } from '../../src/ground/io.ts';
import { sanitizeForTerminal } from '../../src/ground/sanitize.ts';
import { glyphsFor, makePaint } from '../../src/terminal/style.ts';
import { makeSay } from '../../src/terminal/say.ts';
import { makeScreen } from '../../src/terminal/screen.ts';
import { displayWidth } from '../../src/terminal/width.ts';
import { VirtualScreen } from './virtual-screen.ts';

/** A clock whose sleeps end when the test calls `tick`. */
class StoppedClock implements Clock {
  readonly #sleepers = new Set<() => void>();
  now = (): number => 0;
  monotonic = (): number => 0;
  sleep = (ms: number, signal?: AbortSignal): Promise<void> => {
    expect(ms).toBe(1000);
    return new Promise((resolve) => {
      this.#sleepers.add(resolve);
      signal?.addEventListener('abort', () => {
        resolve();
      });
    });
  };

  async tick(): Promise<void> {
    const sleepers = [...this.#sleepers];
    this.#sleepers.clear();
    for (const wake of sleepers) wake();
    await new Promise(setImmediate);
  }
}

interface SetUp {
  readonly say: Say;
  readonly screen: VirtualScreen;
  readonly clock: StoppedClock;
}

function setUp({
  columns = 80,
  isTTY = true,
  env = {},
}: { columns?: number; isTTY?: boolean; env?: object } = {}): SetUp {
  const screen = new VirtualScreen(columns);
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY, columns });
  stream.on('data', (text: string) => {
    // Outside raw mode, a terminal adds the carriage return.
    screen.write(text.replaceAll('\n', '\r\n'));
  });
  const clock = new StoppedClock();
  const given = { LANG: 'C.UTF-8', ...env };
  const glyphs = glyphsFor({ env: given, platform: 'linux' });
  const paint = makePaint({ env: given, stream });
  return {
    say: makeSay({ screen: makeScreen(stream, given), paint, glyphs, clock }),
    screen,
    clock,
  };
}

describe('a message', () => {
  test('follows its heading, with a mark for its kind', () => {
    const { say, screen } = setUp();
    say.heading('Step 1');
    say.line('Plain.');
    say.line();
    say.done('Stored.');
    say.warn('Odd.');
    say.fail('Wrong.');
    expect(screen.rows).toEqual(['', 'Step 1', 'Plain.', '', '✔ Stored.', '▲ Odd.', '✖ Wrong.']);
  });

  test('has words instead of marks with ACCESSIBLE=1', () => {
    const { say, screen } = setUp({ env: { ACCESSIBLE: '1' } });
    say.done('Stored.');
    say.warn('Odd.');
    say.fail('Wrong.');
    expect(screen.rows).toEqual(['ok: Stored.', 'warning: Odd.', 'error: Wrong.']);
  });

  test('is wrapped at spaces, and its other rows are aligned with its first word', () => {
    const { say, screen } = setUp({ columns: 40 });
    say.warn('The authorization was declined on TikTok Shop’s page, so nothing was stored.');
    say.line('  - an item of a list that is too long for one line');
    say.instruction('1. Open your app’s page in Partner Center and choose Publish.');
    expect(screen.rows).toEqual([
      '▲ The authorization was declined on',
      '  TikTok Shop’s page, so nothing was',
      '  stored.',
      '  - an item of a list that is too long',
      '    for one line',
      '  1. Open your app’s page in Partner',
      '     Center and choose Publish.',
    ]);
  });

  test('that begins a step shows the progress and the title, with instructions and hints indented below', () => {
    const { say, screen } = setUp();
    say.heading('The app', { step: 2, of: 6 });
    say.instruction('Open the page.');
    say.hint('It takes a minute.');
    expect(screen.rows).toEqual(['', 'Step 2 of 6 · The app', '  Open the page.', '  It takes a minute.']);
    expect(screen.received).toContain('\u001b[2mIt takes a minute.');
  });

  test.for([
    [20, 40],
    [60, 60],
    [300, 100],
    [0, 80],
  ])('on a terminal with %i columns is wrapped at column %i', ([columns = 0, width]) => {
    const { say, screen } = setUp({ columns });
    say.line(Array.from({ length: 300 }, () => 'x').join(' '));
    const [first = ''] = screen.received.split('\r\n');
    expect(displayWidth(first)).toBe(Number(width) - 1);
  });

  test('in a log is one line, neither wrapped nor colored', () => {
    const { say, screen } = setUp({ isTTY: false, columns: 40 });
    const sentence = Array.from({ length: 60 }, () => 'word').join(' ');
    say.done(sentence);
    expect(screen.received).toBe(`✔ ${sentence}\r\n`);
  });

  test('contains no escape sequences or control characters from its text', () => {
    const hostile = fc.string({
      unit: fc.oneof(
        fc.constantFrom('\u001b[', '\u001b]0;', '\r', '\n', '\b', '\u202e', ' ', 'a', '店'),
        fc.string({ maxLength: 2 }),
      ),
      maxLength: 40,
    });
    const kinds = ['heading', 'line', 'instruction', 'hint', 'value', 'copy', 'done', 'warn', 'fail'] as const;
    fc.assert(
      fc.property(hostile, fc.constantFrom(...kinds), (text, kind) => {
        const { say, screen } = setUp({ columns: 1_000, env: { NO_COLOR: '1' } });
        say[kind](text);
        const lines = screen.received.split('\r\n');
        expect(lines.pop()).toBe('');
        for (const line of lines) expect(sanitizeForTerminal(line)).toBe(line);
      }),
    );
  });
});

describe('a value to copy', () => {
  test('is complete and alone on its line, uncolored, however long it is', () => {
    const { say, screen } = setUp({ columns: 40 });
    const address = `https://services.tiktokshop.com/open/authorize?service_id=7${'0'.repeat(100)}&state=a b`;
    say.line('Open this:');
    say.value(address);
    say.line('Then come back.');
    expect(screen.received).toBe(`Open this:\r\n${address}\r\nThen come back.\r\n`);
  });
});

describe('a value with a note', () => {
  test('is on its own line in cyan, with the note beside it', () => {
    const { say, screen } = setUp();
    say.copy('https://app.ottokit.com/callback', 'copied');
    expect(screen.rows).toEqual(['  https://app.ottokit.com/callback  copied']);
    expect(screen.received).toContain('\u001b[36mhttps://app.ottokit.com/callback\u001b[39m');
    expect(screen.received).toContain('\u001b[2mcopied');
  });

  test('that doesn’t fit on one row starts at the left edge, with the note below', () => {
    const { say, screen } = setUp({ columns: 40, env: { NO_COLOR: '1' } });
    const address = `https://services.tiktokshop.com/${'x'.repeat(60)}`;
    say.copy(address, 'copied');
    expect(screen.received).toBe(`${address}\r\n  copied\r\n`);
  });
});

describe('a wait message', () => {
  test('is one line that is updated every second and disappears at the end', async () => {
    const { say, screen, clock } = setUp();
    let left = 3;
    const wait = say.wait(() => `${String(left)} left`);
    expect(screen.rows).toEqual(['… 3 left']);
    left = 2;
    await clock.tick();
    expect(screen.rows).toEqual(['… 2 left']);
    wait.stop();
    say.line('Over.');
    expect(screen.rows).toEqual(['Over.']);
    await clock.tick();
    expect(screen.rows).toEqual(['Over.']);
  });

  test('stays below messages that are printed in the meantime', () => {
    const { say, screen } = setUp();
    say.wait(() => 'Waiting');
    say.warn('A stray request.');
    say.line('More.');
    expect(screen.rows).toEqual(['▲ A stray request.', 'More.', '… Waiting']);
  });

  test.for(['w', '店'])('of one word with 300 %s is split across rows', async (letter) => {
    const text = letter.repeat(300);
    const { say, screen, clock } = setUp({ columns: 50 });
    say.wait(() => text);
    await clock.tick();
    for (const row of screen.rows) expect(displayWidth(row)).toBeLessThan(50);
    expect(screen.rows.join('')).toBe(`…${text}`);
  });

  test('takes as many rows as it needs on a narrow terminal, and leaves none behind', async () => {
    const { say, screen, clock } = setUp({ columns: 40 });
    let text = 'Waiting for the answer in the browser, 0:09 left (Ctrl-C quits)';
    const wait = say.wait(() => text);
    expect(screen.rows).toEqual(['… Waiting for the answer in the', 'browser, 0:09 left (Ctrl-C quits)']);
    text = 'one two '.repeat(40);
    await clock.tick();
    expect(screen.rows).toHaveLength(9);
    text = 'Nearly there';
    await clock.tick();
    expect(screen.rows).toEqual(['… Nearly there']);
    wait.stop();
    expect(screen.rows).toEqual([]);
  });

  test.for([
    ['in a log', { isTTY: false }],
    ['with ACCESSIBLE=1', { env: { ACCESSIBLE: '1' } }],
    ['on a dumb terminal', { env: { TERM: 'dumb' } }],
    ['in CI', { env: { CI: 'true' } }],
  ] as const)('%s is printed once and never redrawn', async ([, settings]) => {
    const { say, screen, clock } = setUp(settings);
    const wait = say.wait(() => 'Waiting');
    await clock.tick();
    say.line('News.');
    wait.stop();
    expect(screen.rows).toHaveLength(2);
    expect(screen.rows[0]).toMatch(/Waiting$/u);
    expect(screen.received).not.toContain('\u001b');
  });

  test('that is printed once is wrapped at spaces too, but not in a log', () => {
    const sentence = 'Waiting for TikTok Shop, 14:59 left (Ctrl-C quits; progress is saved)';
    const terminal = setUp({ columns: 40, env: { ACCESSIBLE: '1' } });
    terminal.say.wait(() => sentence);
    expect(terminal.screen.rows).toEqual([sentence.slice(0, 35), sentence.slice(36)]);
    const log = setUp({ columns: 40, isTTY: false });
    log.say.wait(() => sentence);
    expect(log.screen.received).toBe(`… ${sentence}\r\n`);
  });

  test('can be stopped twice without affecting the next one', () => {
    const { say, screen } = setUp();
    const first = say.wait(() => 'first');
    first.stop();
    say.wait(() => 'second');
    first.stop();
    expect(screen.rows).toEqual(['… second']);
  });

  test('replaces that of an outer wait, which returns when the inner wait ends', async () => {
    const { say, screen, clock } = setUp();
    const outer = say.wait(() => 'outer');
    const inner = say.wait(() => 'inner');
    await clock.tick();
    expect(screen.rows).toEqual(['… inner']);
    inner.stop();
    expect(screen.rows).toEqual(['… outer']);
    await clock.tick();
    expect(screen.rows).toEqual(['… outer']);
    outer.stop();
    expect(screen.rows).toEqual([]);
  });

  test('shows no control characters from its text', () => {
    const { say, screen } = setUp();
    say.wait(() => 'a\u001b[2Jb\nc');
    expect(screen.rows).toEqual(['… ab c']);
  });
});
