import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { makeClock } from '../../src/ground/clock.ts';
import type { OwnProcess } from '../../src/terminal/terminal-mode.ts';
import { makeTerminal } from '../../src/terminal/terminal.ts';
import { keys } from './pty.ts';

/** A terminal made of streams, because a pseudo-terminal can't be Windows' or end before the program does. */
function terminal(platform: NodeJS.Platform = 'linux') {
  let mode = 'ordinary';
  const setRawMode = (raw: boolean): void => {
    mode = raw ? 'raw' : 'ordinary';
  };
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode });
  const stderr = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: true, columns: 80 });
  const signals: string[] = [];
  const ownProcess = {
    ...{ stdin, stderr, platform },
    kill: (pid: number, signal: string) => signals.push(`kill ${String(pid)} ${signal}, ${mode}`),
    emit: (event: string) => signals.push(`emit ${event}, ${mode}`),
    on: () => process,
  } as unknown as OwnProcess;
  const { signal } = new AbortController();
  const env = { ACCESSIBLE: '1' };
  const { ask } = makeTerminal({ env, clock: makeClock(), signal, ownProcess });
  const type = async (text: string): Promise<void> => {
    const input = once(stdin, 'data');
    stdin.write(text);
    await input;
  };
  const put = async (message: string, withdrawal?: AbortSignal): Promise<string> => {
    if (ask === null) throw new Error('nobody can be asked');
    return await ask.text({ id: 'name', message, ...(withdrawal === undefined ? {} : { signal: withdrawal }) });
  };
  let shown = '';
  stderr.on('data', (text: string) => {
    shown += text;
  });
  const shows = async (text: string): Promise<void> => {
    await vi.waitFor(() => {
      expect(shown).toContain(text);
    }, 25_000);
  };
  return { stdin, signals, type, put, shows };
}

/** A terminal at which a first question has been answered. */
async function answered(platform?: NodeJS.Platform) {
  const person = terminal(platform);
  const first = person.put('First');
  await person.shows('First:');
  await person.type('a\r');
  expect(await first).toBe('a');
  return person;
}

test.for(['end', 'error'] as const)('stdin’s %s between two questions interrupts the second', async (event) => {
  const { stdin, put } = await answered();
  const closed = new Promise((resolve) => stdin.once('close', resolve));
  if (event === 'end') stdin.end();
  else stdin.destroy(new Error('EIO'));
  await closed;
  await expect(put('Second')).rejects.toMatchObject({ code: 'interrupted' });
});

test.for([
  ['linux', keys.ctrlC, ['kill 0 SIGINT, raw']],
  ['linux', keys.ctrlC.repeat(2), ['kill 0 SIGINT, raw', 'kill 0 SIGINT, raw']],
  ['linux', keys.ctrlZ, ['kill 0 SIGTSTP, ordinary']],
  ['linux', keys.ctrlBackslash, ['kill 0 SIGQUIT, ordinary']],
  // On Windows, `kill` would end the program at once.
  ['win32', keys.ctrlC, ['emit SIGINT, raw']],
  ['win32', keys.ctrlZ, []],
  ['win32', keys.ctrlBackslash, []],
] as const)(
  'on %s, %j between two questions has the same effect as outside raw mode: %j',
  async ([platform, typed, expected]) => {
    const { signals, type, put } = await answered(platform);
    await type(`b${typed}c\r`);
    expect(signals).toEqual(expected);
    expect(await put('Second')).toBe('bc');
  },
);

test('a canceled question that ends after the next one has begun doesn’t take the next one’s keys', async () => {
  const { type, put, shows } = await answered();
  const withdrawal = new AbortController();
  const withdrawn = put('Withdrawn', withdrawal.signal);
  await shows('Withdrawn:');
  withdrawal.abort(new Error('it arrived'));
  const second = put('Second');
  await expect(withdrawn).rejects.toThrow('it arrived');
  await type('b\r');
  expect(await second).toBe('b');
});
