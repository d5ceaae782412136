import { basename } from 'node:path';
import { attempt } from '../ground/attempt.ts';
import type { Env } from '../ground/env.ts';

/** `parentStatus` returns the contents of `/proc/<parent>/status`, or throws. */
export interface StartConditions {
  readonly env: Env;
  readonly platform: NodeJS.Platform;
  readonly isTerminal: (fd: 0 | 1 | 2) => boolean;
  readonly parentStatus: () => string;
}

/**
 * Returns the signals that must stay ignored. Node resets them before it runs a script (`ResetSignalHandlers` in
 * src/node.cc), so we infer them: SIGHUP under `nohup` or if no stream is a terminal; on Linux, if stdin isn't a
 * terminal, also SIGHUP and SIGINT if the parent ignores them (`trap '' INT`).
 */
export function ignoredSignals({ env, platform, isTerminal, parentStatus }: StartConditions): ReadonlySet<string> {
  if (platform === 'win32') return new Set();
  const mask = isTerminal(0) ? 0n : maskIn(attempt(parentStatus, ''));
  const ignoresHangup = basename(env['_'] ?? '') === 'nohup' || !([0, 1, 2] as const).some(isTerminal);
  const ignored = { SIGHUP: ignoresHangup || (mask & 1n) !== 0n, SIGINT: (mask & 2n) !== 0n };
  return new Set(Object.entries(ignored).flatMap(([signal, isIgnored]) => (isIgnored ? [signal] : [])));
}

/** Each bit that is set is a signal that the parent ignores. The lowest bit is signal 1. */
const maskIn = (status: string): bigint => BigInt(`0x${/^SigIgn:\s*([\da-f]+)$/m.exec(status)?.[1] ?? '0'}`);
