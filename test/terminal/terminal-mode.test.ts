import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { restoreTerminal, type OwnProcess } from '../../src/terminal/terminal-mode.ts';

function terminal({ isTTY }: { isTTY: boolean }) {
  const raw: boolean[] = [];
  const setRawMode = (on: boolean): unknown => raw.push(on);
  const stdin = Object.assign(new PassThrough(), { isTTY, setRawMode }) as unknown as OwnProcess['stdin'];
  const stderr = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY });
  const written = (): unknown => stderr.read() as unknown;
  return { stdin, stderr, raw, written };
}

describe('at the end', () => {
  test('the terminal shows its cursor, returns to its usual mode and turns off bracketed paste', () => {
    const { stdin, stderr, raw, written } = terminal({ isTTY: true });
    restoreTerminal({ ownProcess: { stdin, stderr }, env: {} });
    expect(raw).toEqual([false]);
    expect(written()).toBe('\u001b[?25h\u001b[?2004l');
  });

  test('a dumb terminal returns to its usual mode, without escape sequences', () => {
    const { stdin, stderr, raw, written } = terminal({ isTTY: true });
    restoreTerminal({ ownProcess: { stdin, stderr }, env: { TERM: 'dumb' } });
    expect(raw).toEqual([false]);
    expect(written()).toBeNull();
  });

  test('a pipe gets nothing', () => {
    const { stdin, stderr, raw, written } = terminal({ isTTY: false });
    restoreTerminal({ ownProcess: { stdin, stderr }, env: {} });
    expect(raw).toEqual([]);
    expect(written()).toBeNull();
  });
});
