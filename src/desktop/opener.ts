import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { childEnvironment } from './child-environment.ts';
import type { Env } from '../ground/env.ts';

/** Where the opener stands after a while. Running on is no failure: some openers are the browser itself. */
export type OpenerEnd = { readonly opened: true } | { readonly opened: false; readonly why: string };

/**
 * Starts the programs of `BROWSER` in turn until one starts: paths or names separated by `:` (`;` on Windows), each with
 * arguments if it likes and `%s` where the address goes, else it comes last. No shell reads them. `null`: none is set.
 */
export function commandsOf(env: Env, platform: NodeJS.Platform, url: string): readonly (readonly string[])[] | null {
  const value = env['BROWSER']?.trim() ?? '';
  if (value === '') return null;
  return value
    .split(platform === 'win32' ? ';' : ':')
    .filter((entry) => entry.trim() !== '')
    .map((entry) => {
      if (existsSync(entry)) return [entry, url];
      const words = entry.trim().split(/\s+/u);
      if (!entry.includes('%s')) return [...words, url];
      return words.map((word) => word.replaceAll('%s', () => url));
    });
}

/**
 * Starts a program apart from this one, which it neither keeps running nor ends with.
 * @throws the system's error, for some reasons; for others the child tells it
 */
export function startApart(
  [command = '', ...given]: readonly string[],
  { env, platform }: { env: Env; platform: NodeJS.Platform },
): ChildProcess {
  // Detached, a program gets a console window of its own on Windows.
  const detached = platform !== 'win32';
  const child = spawn(command, given, { stdio: 'ignore', detached, env: childEnvironment(env) });
  child.unref();
  return child;
}

export function notStarted(thrown: unknown): OpenerEnd {
  const { code } = thrown as NodeJS.ErrnoException;
  return { opened: false, why: `the opener could not be started (${code ?? 'unknown'})` };
}

/** Resolves when the child failed, ended, or was still running when `enough` resolves. */
export async function watchOpener(child: ChildProcess, enough: Promise<void>): Promise<OpenerEnd> {
  const ended = new Promise<OpenerEnd>((resolve) => {
    const judge = (code: number | null, signal: string | null): void => {
      if (code === 0) resolve({ opened: true });
      else
        resolve({
          opened: false,
          why: `the opener ended with ${code === null ? String(signal) : `code ${String(code)}`}`,
        });
    };
    child.once('error', (error) => {
      resolve(notStarted(error));
    });
    child.once('exit', judge);
    if (child.exitCode !== null || child.signalCode !== null) judge(child.exitCode, child.signalCode);
  });
  return await Promise.race([ended, enough.then((): OpenerEnd => ({ opened: true }))]);
}
