import { beforeAll, beforeEach } from 'vitest';

/** For `skip(onWindows, reason)` in a test that needs something Windows doesn't have. The reporter shows the reason. */
export const onWindows = process.platform === 'win32';

export const noModes = 'Windows has no file modes';
export const noLinks = 'Windows lets only administrators create symbolic links';
export const noFifos = 'Windows has no FIFOs';
export const noSockets = 'Windows has no sockets in its file system';
export const noNotDirectory = 'Windows reports a path through a file as missing';
export const noShell = 'Windows has no POSIX shell';
export const noSignals = 'on Windows, a signal ends a process at once';
export const noTerminals = 'these tests send POSIX signals through pseudo-terminals';

/** A limit in milliseconds for a test that starts many processes, which Wine does slowly. */
export const timeLimit = (ms: number): number => (onWindows ? 4 * ms : ms);

/** The error code for a path through a file. */
export const noDirectory = onWindows ? 'ENOENT' : 'ENOTDIR';

/** The mode that `stat` reports for a file created with this mode: Windows only stores whether it is read-only. */
export const modeHere = (mode: number): number => (onWindows ? 0o666 : mode);

/** Skips every test of the file or `describe` that calls this. */
export function skipOnWindows(reason: string): void {
  beforeEach(({ skip }) => {
    skip(onWindows, reason);
  });
}

/**
 * Prepares the tests of the file, or skips them because something is missing on this machine.
 * @param prepare returns the cleanup function
 */
export function prepareUnless(missing: string | undefined, prepare: () => Promise<() => unknown>): void {
  beforeAll(async () => (missing === undefined ? await prepare() : undefined));
  beforeEach(({ skip }) => {
    skip(missing !== undefined, missing);
  });
}
