import { rm } from 'node:fs/promises';
import { platform as systemPlatform } from 'node:os';
import { codeOf } from '../../ground/system-error.ts';

/** How long another program on Windows may keep a file busy, in milliseconds. */
const busyTimeout = 10_000;

/** The parts of the system that a test replaces, and the codes to wait for. */
export interface BusyOptions {
  readonly platform?: NodeJS.Platform;
  readonly pause?: (ms: number) => Promise<unknown>;
  readonly codes?: readonly string[];
}

/** By the global timer, because every command that reads the store would have to load `node:timers/promises`. */
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Does `work` on a file, repeatedly for 10 s while another program on Windows keeps it busy. @throws as `work` */
export async function whenFree<T>(
  work: () => Promise<T>,
  { platform = systemPlatform(), pause = sleep, codes = busyCodes }: BusyOptions = {},
): Promise<T> {
  for (let waited = 0; ;) {
    try {
      return await work();
    } catch (error) {
      if (!isBusyOnWindows(error, platform, codes) || waited >= busyTimeout) throw error;
    }
    const ms = 20 + Math.random() * 30;
    await pause(ms);
    waited += ms;
  }
}

/** Removes a file if it exists. @throws the system's error */
export const removeFile = (path: string): Promise<void> => whenFree(() => rm(path, { force: true }));

/** EBUSY: another program doesn't share the file. The others can also mean that it is being deleted. */
const busyCodes: readonly string[] = ['EPERM', 'EACCES', 'EBUSY'];

/**
 * On Windows, a file that another program has open, even for reading, can't be replaced or removed. Virus scanners and
 * indexers open every new file for a moment. On other systems, the same codes are final.
 */
export const isBusyOnWindows = (
  error: unknown,
  platform: NodeJS.Platform = systemPlatform(),
  codes = busyCodes,
): boolean => platform === 'win32' && codes.includes(codeOf(error) ?? '');
