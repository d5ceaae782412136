import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { childEnvironment, type Env } from '../ground/env.ts';
import type { Command } from './run-program.ts';

/**
 * Starts a program independent of this one, so that neither ends the other.
 * @throws some of the system's errors; the child emits the others
 */
export function startApart(command: Command, { env, platform }: { env: Env; platform: NodeJS.Platform }): ChildProcess {
  const { program, args, ...how } = startedHow(command, env, platform);
  // On Windows, a child ends with its console unless it is detached, and then gets a visible console unless hidden.
  const child = spawn(program, args, {
    ...how,
    stdio: 'ignore',
    detached: true,
    windowsHide: true,
    env: childEnvironment(env),
  });
  child.unref();
  return child;
}

/**
 * Only cmd.exe can run a batch file (Node refuses to, CVE-2024-27980). Inside quotes, it doesn't interpret `&`. A macOS
 * application is a directory, which `open` starts.
 */
export function startedHow(
  [program, ...args]: Command,
  env: Env,
  platform: NodeJS.Platform,
): { program: string; args: readonly string[] } & Pick<SpawnOptions, 'windowsVerbatimArguments'> {
  if (platform === 'darwin' && /\.app\/?$/u.test(program)) {
    const addresses = args.filter((word) => /^https?:/u.test(word));
    const others = args.filter((word) => !addresses.includes(word));
    // `open` would read the application's arguments as its own.
    const rest = others.length === 0 ? [] : ['--args', ...others];
    return { program: '/usr/bin/open', args: ['-a', program, ...addresses, ...rest] };
  }
  if (platform !== 'win32' || !/\.(cmd|bat)$/iu.test(program)) return { program, args };
  const quoted = [program, ...args].map((word) => `"${word.replaceAll('"', '')}"`).join(' ');
  const cmd = `${env['SYSTEMROOT'] ?? 'C:\\Windows'}\\System32\\cmd.exe`;
  return { program: cmd, args: ['/d', '/s', '/c', `"${quoted}"`], windowsVerbatimArguments: true };
}
