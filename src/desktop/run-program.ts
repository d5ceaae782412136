import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { text as textOf } from 'node:stream/consumers';
import { childEnvironment, type Env } from '../ground/env.ts';

/**
 * A program and its arguments. Texts are passed only through stdin, because every user of the computer can read
 * arguments.
 */
export type Command = readonly [program: string, ...args: string[]];

export interface ProgramSettings {
  readonly env: Env;
  readonly platform: NodeJS.Platform;
  /** The limit in milliseconds, after which it is killed. */
  readonly limit: number;
}

/**
 * Whether the program read the input and exited with 0. A clipboard program that keeps serving the text does so in
 * another process, which survives a closed terminal.
 */
export async function run(command: Command, input: string, settings: ProgramSettings): Promise<boolean> {
  try {
    const child = start(command, settings, 'ignore');
    child.stdin?.on('error', () => undefined).end(input);
    const [code] = (await once(child, 'exit')) as [number | null];
    return code === 0;
  } catch {
    return false;
  }
}

/** What the program printed; `null` if it could not be run or did not end in time. */
export async function output(command: Command, settings: ProgramSettings): Promise<string | null> {
  try {
    const child = start(command, settings, 'pipe');
    child.stdin?.on('error', () => undefined).end();
    const printed = child.stdout === null ? Promise.resolve('') : textOf(child.stdout);
    const [text, [code]] = await Promise.all([printed, once(child, 'close') as Promise<[number | null]>]);
    return code === null ? null : text;
  } catch {
    return null;
  }
}

function start(
  [program, ...args]: Command,
  { env, platform, limit }: ProgramSettings,
  stdout: 'ignore' | 'pipe',
): ChildProcess {
  return spawn(program, args, {
    stdio: ['pipe', stdout, 'ignore'],
    env: childEnvironment(env),
    timeout: limit,
    killSignal: 'SIGKILL',
    detached: platform !== 'win32',
    windowsHide: true,
  });
}
