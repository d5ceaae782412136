import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawn, type IPty } from '@lydell/node-pty';
import { build } from 'esbuild';
import { onTestFinished } from 'vitest';
import { VirtualScreen } from './virtual-screen.ts';

/** Bundles a program into a temporary directory, in the same way as the package. */
export async function bundle(entry: string): Promise<{ file: string; remove: () => Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'ottokit-tiktok-terminal-'));
  await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    outdir: directory,
    entryNames: 'worker',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  return { file: join(directory, 'worker.mjs'), remove: () => rm(directory, { recursive: true }) };
}

/**
 * Runs a program from a shell that then shows the exit code, and whether the terminal's mode is the SAME as before or
 * CHANGED. The shell stays, because the system may drop what a session's first process writes just before it exits.
 */
export const checkingMode = (...command: readonly string[]): readonly string[] => {
  const check = '[ "$before" = "$(stty -g)" ] && echo SAME || echo CHANGED';
  return ['/bin/sh', '-c', `before=$(stty -g); "$@"; echo "CODE $?"; ${check}; read -r _`, 'sh', ...command];
};

/** A user at a terminal that runs a program. */
export class Person {
  readonly screen: VirtualScreen;
  readonly ended: Promise<number>;
  readonly #pty: IPty;
  readonly #watchers = new Set<() => void>();

  constructor(
    command: readonly string[],
    { columns = 80, rows = 40, env = {} }: { columns?: number; rows?: number; env?: Record<string, string> } = {},
  ) {
    const [file = '', ...given] = command;
    this.screen = new VirtualScreen(columns);
    this.#pty = spawn(file, given, {
      name: env['TERM'] ?? 'xterm-256color',
      cols: columns,
      rows,
      env: { PATH: process.env['PATH'], LANG: 'C.UTF-8', ...env },
    });
    this.#pty.onData((text) => {
      this.screen.write(text);
      for (const watcher of this.#watchers) watcher();
    });
    this.ended = new Promise((resolve) => {
      this.#pty.onExit(({ exitCode }) => {
        resolve(exitCode);
      });
    });
    onTestFinished(() => {
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

  type(keys: string): void {
    this.#pty.write(keys);
  }

  /** Resolves once the screen shows this. After 25 seconds, rejects with what the screen shows. */
  async sees(what: string | RegExp): Promise<void> {
    const shows = (): boolean =>
      typeof what === 'string' ? this.screen.text.includes(what) : what.test(this.screen.text);
    if (shows()) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`not seen: ${String(what)}; the screen shows:\n${this.screen.text}`));
      }, 25_000);
      const watcher = (): void => {
        if (!shows()) return;
        clearTimeout(timer);
        this.#watchers.delete(watcher);
        resolve();
      };
      this.#watchers.add(watcher);
    });
  }
}

export const keys = {
  enter: '\r',
  up: '\u001b[A',
  down: '\u001b[B',
  left: '\u001b[D',
  space: ' ',
  tab: '\t',
  backspace: '\u007f',
  ctrlC: '\u0003',
  ctrlD: '\u0004',
  ctrlT: '\u0014',
  ctrlZ: '\u001a',
  ctrlBackslash: '\u001c',
} as const;

/** The text as a terminal sends it in a bracketed paste. */
export const paste = (text: string): string => `\u001b[200~${text.replaceAll('\n', '\r')}\u001b[201~`;
