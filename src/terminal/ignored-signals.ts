import { basename } from 'node:path';
import type { Env } from '../ground/env.ts';

export interface StartedFrom {
  readonly env: Env;
  readonly platform: NodeJS.Platform;
  /** Whether the file descriptor is a terminal. */
  readonly isTerminal: (fd: 0 | 1 | 2) => boolean;
  /** `/proc/<parent>/status`; throws where there is none. */
  readonly parentStatus: () => string;
}

const numbers = { SIGHUP: 1, SIGINT: 2 } as const;
export type IgnoredSignal = keyof typeof numbers;

/**
 * The signals that were ignored when the program was started, and must stay so. Node resets inherited dispositions before
 * it runs a script (`ResetSignalHandlers` in src/node.cc), so they are inferred. A hang-up: no stream is a terminal, which
 * `nohup` sees to. Both, on Linux and away from the keyboard: the parent ignores them (`trap '' INT`).
 */
export function ignoredSignals({ env, platform, isTerminal, parentStatus }: StartedFrom): ReadonlySet<string> {
  const ignored = new Set<string>();
  if (platform === 'win32') return ignored;
  if (basename(env['_'] ?? '') === 'nohup' || !([0, 1, 2] as const).some(isTerminal)) ignored.add('SIGHUP');
  if (isTerminal(0)) return ignored;
  const mask = parentMask(parentStatus);
  for (const [signal, number] of Object.entries(numbers)) {
    if ((mask & (1n << BigInt(number - 1))) !== 0n) ignored.add(signal);
  }
  return ignored;
}

function parentMask(parentStatus: StartedFrom['parentStatus']): bigint {
  try {
    return BigInt(`0x${/^SigIgn:\s*([\da-f]+)$/m.exec(parentStatus())?.[1] ?? '0'}`);
  } catch {
    return 0n;
  }
}
