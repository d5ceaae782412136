import { spawn, type IPty } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { vi } from 'vitest';
import type { After } from '../../journeys/machine.ts';

export interface Window {
  readonly columns?: number;
  readonly rows?: number;
}

/** Somebody in front of a real terminal: a pseudo-terminal, and an emulator that shows what comes out of it. */
export class Seat {
  /** Everything that came, as it came. */
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
        // What was written last is shown first.
        this.#terminal.write('', () => {
          resolve(exitCode);
        });
      });
    });
    after(() => {
      try {
        this.#pty.kill('SIGKILL');
      } catch {
        // It has ended already.
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

  /** The rows with those joined that the terminal broke because they were too wide. */
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

  /** The open question and all below it; empty when there is none. */
  get question(): string {
    const { rows } = this;
    const last = rows.findLastIndex((row) => row.startsWith('? '));
    return last === -1 ? '' : rows.slice(last).join('\n');
  }

  /** Whether the terminal is as a shell wants it: the cursor is shown, and pastes are not marked. */
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

  /** As the terminal sends a paste: marked when it was asked to. */
  paste(text: string): void {
    const typed = text.replaceAll('\n', '\r');
    this.type(this.#terminal.modes.bracketedPasteMode ? `\u001b[200~${typed}\u001b[201~` : typed);
  }

  /** Resolves as soon as something is redrawn. */
  async resize(columns: number, rows = 40): Promise<void> {
    const before = this.received.length;
    this.#terminal.resize(columns, rows);
    this.#pty.resize(columns, rows);
    await vi.waitFor(
      () => {
        if (this.received.length === before) throw new Error('nothing was redrawn');
      },
      { timeout: 10_000 },
    );
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  /** The window is closed: nobody reads and nobody types any more, and all in it get SIGHUP. */
  async close(): Promise<void> {
    (this.#pty as IPty & { destroy(): void }).destroy();
    await vi.waitFor(
      () => {
        if (isRunning(this.pid)) throw new Error('the program goes on');
      },
      { timeout: 10_000 },
    );
  }

  /**
   * Resolves as soon as it shows anywhere, wherever the rows are broken (a pattern finds one space there); a journey that
   * fails shows the screen.
   */
  async sees(what: string | RegExp): Promise<void> {
    await this.#until(what, () => this.text);
  }

  /** Resolves as soon as this question is open. */
  async isAsked(what: string | RegExp): Promise<void> {
    await this.#until(what, () => this.question);
  }

  /** Resolves as soon as the last that shows is this: a line to type on. */
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
      }, 15_000);
      const look = (): void => {
        if (shows()) settle(resolve);
      };
      this.#watchers.add(look);
      look();
    });
  }
}

/** Without what differs from terminal to terminal: where rows are broken, and how an apostrophe is set. */
const dense = (text: string): string => text.replace(/\s+/gu, '').replaceAll('’', "'");

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** In one line, so that it can be looked for wherever rows are broken. */
export const flat = (text: string): string => text.replace(/\s+/gu, ' ');
