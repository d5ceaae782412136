import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text as textOf } from 'node:stream/consumers';
import { childEnvironment, type Env } from '../ground/env.ts';

/** A program and its arguments. Every user of the computer can read them, so they must not contain secrets. */
export type Command = readonly [program: string, ...args: string[]];

export interface ProgramSettings {
  readonly env: Env;
  readonly platform: NodeJS.Platform;
  /** In milliseconds, after which the program is killed. */
  readonly limit: number;
}

/**
 * Returns the exit code and, if stdout is a pipe, the output; `null` if the program could not be run or was killed. By
 * default, stdout isn't a pipe, because some programs leave a process that holds it open.
 */
export async function run(
  [program, ...args]: Command,
  input: string,
  { env, platform, limit }: ProgramSettings,
  stdout: 'ignore' | 'pipe' = 'ignore',
): Promise<{ readonly exitCode: number; readonly printed: string } | null> {
  try {
    const child = spawn(program, args, {
      stdio: ['pipe', stdout, 'ignore'],
      env: childEnvironment(env),
      timeout: limit,
      killSignal: 'SIGKILL',
      detached: platform !== 'win32',
      windowsHide: true,
    });
    child.stdin?.on('error', () => undefined).end(input);
    const exit = once(child, 'exit') as Promise<[number | null]>;
    const [[exitCode], printed] = await Promise.all([exit, child.stdout === null ? '' : textOf(child.stdout)]);
    return exitCode === null ? null : { exitCode, printed };
  } catch {
    return null;
  }
}
