import { spawn, type IPty } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { vi } from 'vitest';
import type { After } from '../../journeys/machine.ts';

export interface Window {
  readonly columns?: number;
  readonly rows?: number;
}

/** A user at a terminal: a pseudo-terminal, and an emulator that shows its output. */
export class TerminalSession {
  /** The whole output, unchanged. */
  received = '';
  readonly ended: Promise<number>;
  readonly #pty: IPty;
  readonly #terminal: xterm.Terminal;
  readonly #watchers = new Set<() => void>();

  constructor(
    command: readonly string[],
    env: Readonly<Record<string, string>>,
    after: After,
    { columns = 100, rows = 40 }: Window = {},
  ) {
    const [file = '', ...given] = command;
    this.#terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 5_000, allowProposedApi: true });
    this.#pty = spawn(file, given, { name: env['TERM'] ?? 'xterm-256color', cols: columns, rows, env: { ...env } });
    this.#pty.onData((text) => {
      this.received += text;
      this.#terminal.write(text, () => {
        for (const look of this.#watchers) look();
      });
    });
    this.ended = new Promise((resolve) => {
      this.#pty.onExit(({ exitCode }) => {
        // Waits until the emulator has shown the last output.
        this.#terminal.write('', () => {
          resolve(exitCode);
        });
      });
    });
    after(() => {
      try {
        this.#pty.kill('SIGKILL');
      } catch {
        // The program has already exited.
      }
    });
  }

  get pid(): number {
    return this.#pty.pid;
  }

  /** All rows, including those that have scrolled off. */
  get rows(): readonly string[] {
    const { active } = this.#terminal.buffer;
    const rows = Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? '');
    return rows.slice(0, rows.findLastIndex((row) => row !== '') + 1);
  }

  get text(): string {
    return this.rows.join('\n');
  }

  /** The rows, with wrapped rows joined. */
  get lines(): readonly string[] {
    const { active } = this.#terminal.buffer;
    const lines: string[] = [];
    for (let row = 0; row < active.length; row += 1) {
      const line = active.getLine(row);
      const text = line?.translateToString(true) ?? '';
      lines.push(line?.isWrapped === true ? `${lines.pop() ?? ''}${text}` : text);
    }
    return lines;
  }

  /** The open question and everything below it; empty if there is none. */
  get question(): string {
    const { rows } = this;
    const last = rows.findLastIndex((row) => row.startsWith('? '));
    return last === -1 ? '' : rows.slice(last).join('\n');
  }

  /** The cursor, and whether pastes are bracketed. For a shell, they must be `shown` and `plain`. */
  get state(): { cursor: 'shown' | 'hidden'; pastes: 'marked' | 'plain' } {
    const last = (on: string, off: string): boolean => this.received.lastIndexOf(on) > this.received.lastIndexOf(off);
    return {
      cursor: last('\u001b[?25l', '\u001b[?25h') ? 'hidden' : 'shown',
      pastes: this.#terminal.modes.bracketedPasteMode ? 'marked' : 'plain',
    };
  }

  type(keys: string): void {
    this.#pty.write(keys);
  }

  /** Pastes text, bracketed if the program requested that. */
  paste(text: string): void {
    const typed = text.replaceAll('\n', '\r');
    this.type(this.#terminal.modes.bracketedPasteMode ? `\u001b[200~${typed}\u001b[201~` : typed);
  }

  /** Resizes the terminal, and waits for the next redraw. */
  async resize(columns: number, rows = 40): Promise<void> {
    const before = this.received.length;
    this.#terminal.resize(columns, rows);
    this.#pty.resize(columns, rows);
    await vi.waitFor(
      () => {
        if (this.received.length === before) throw new Error('nothing was redrawn');
      },
      { timeout: 25_000 },
    );
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  /** Closes the window, so that the kernel sends SIGHUP, and waits for the program to exit. */
  async close(): Promise<void> {
    (this.#pty as IPty & { destroy(): void }).destroy();
    await vi.waitFor(
      () => {
        if (isRunning(this.pid)) throw new Error('the program is still running');
      },
      { timeout: 25_000 },
    );
  }

  /**
   * Resolves once the text appears anywhere, however it is wrapped. A pattern sees each wrap as one space. After 25
   * seconds, rejects with what the terminal shows.
   */
  async sees(what: string | RegExp): Promise<void> {
    await this.#until(what, () => this.text);
  }

  /** Resolves once this question is open. */
  async waitForQuestion(what: string | RegExp): Promise<void> {
    await this.#until(what, () => this.question);
  }

  /** Resolves once the terminal's text ends with this text, such as a prompt. */
  async endsWith(what: string): Promise<void> {
    await this.#until(what, () => this.text.slice(-2 * what.length - 40), true);
  }

  async #until(what: string | RegExp, shown: () => string, atEnd = false): Promise<void> {
    const shows = (): boolean =>
      typeof what === 'string'
        ? dense(shown())[atEnd ? 'endsWith' : 'includes'](dense(what))
        : what.test(flat(shown()));
    await new Promise<void>((resolve, reject) => {
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        this.#watchers.delete(look);
        act();
      };
      const timer = setTimeout(() => {
        settle(() => {
          reject(new Error(`not seen: ${String(what)}; the terminal shows:\n${this.text}`));
        });
      }, 25_000);
      const look = (): void => {
        if (shows()) settle(resolve);
      };
      this.#watchers.add(look);
      look();
    });
  }
}

/** Removes the differences between terminals: wrapping and the kind of apostrophe. */
const dense = (text: string): string => text.replace(/\s+/gu, '').replaceAll('’', "'");

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Joins text into one line, so that a pattern matches however it is wrapped. */
export const flat = (text: string): string => text.replace(/\s+/gu, ' ');
