import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, onTestFinished } from 'vitest';

export interface Child {
  readonly process: ChildProcessByStdio<null, Readable, null>;
  readonly lines: readonly string[];
  /** Resolves with the first matching line; rejects if the process exits without one. */
  line(pattern: RegExp): Promise<string>;
  /** The exit code or the signal's name. */
  readonly ended: Promise<number | string>;
}

let bundle = '';

/** Lets a test file start `worker.ts` in separate processes. Node 20 doesn't run TypeScript, so it is bundled once. */
export function useWorkers(): void {
  beforeAll(async () => {
    const directory = mkdtempSync(join(tmpdir(), 'ottokit-worker-'));
    // A task may run as another user.
    chmodSync(directory, 0o755);
    bundle = join(directory, 'worker.mjs');
    await build({
      entryPoints: [fileURLToPath(new URL('worker.ts', import.meta.url))],
      outfile: bundle,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      logLevel: 'error',
    });
  });
  afterAll(() => {
    rmSync(join(bundle, '..'), { recursive: true, force: true });
  });
}

/**
 * Starts a task of `worker.ts`, and kills it after the test if it is still running.
 * @param shell run first in the same process, such as `ulimit`
 */
export function startWorker(args: readonly (string | number)[], shell = '', uid?: number): Child {
  const command = [bundle, ...args.map(String)];
  const [program, given] =
    shell === ''
      ? [process.execPath, command]
      : ['sh', ['-c', `${shell}\nexec "$@"`, 'sh', process.execPath, ...command]];
  const child = spawn(program, given, {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => lines.push(line));
  const closed = new Promise<void>((resolve) => reader.once('close', resolve));
  const exited = new Promise<number | string>((resolve) =>
    child.once('exit', (code, signal) => {
      resolve(code ?? signal ?? 'unknown');
    }),
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = Promise.all([exited, closed]).then(([how]) => how);
  return {
    process: child,
    lines,
    ended,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const seen = lines.find((line) => pattern.test(line));
        if (seen !== undefined) resolve(seen);
        reader.on('line', (line) => {
          if (pattern.test(line)) resolve(line);
        });
        void ended.then(() => {
          reject(new Error(`exited without ${String(pattern)}: ${lines.join(' | ')}`));
        });
      }),
  };
}
