import { rm } from 'node:fs/promises';
import { platform as systemPlatform } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from '../../ground/system-error.ts';

/** How long another program on Windows may keep a file busy, in milliseconds. */
const busyTimeout = 10_000;

/** What a test replaces of the system, and the codes to wait for. */
export interface BusyOptions {
  readonly platform?: NodeJS.Platform;
  readonly pause?: (ms: number) => Promise<unknown>;
  readonly codes?: readonly string[];
}

/** Does `work` on a file, again and again for 10 s while another program on Windows keeps it busy. @throws as `work` */
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

/** Removes a file, if it is there. @throws the system's error */
export const removeFile = (path: string): Promise<void> => whenFree(() => rm(path, { force: true }));

/** EBUSY: another program doesn't share the file. The others also mean that it is being deleted, or not allowed. */
const busyCodes: readonly string[] = ['EPERM', 'EACCES', 'EBUSY'];

/**
 * On Windows a file that another program has open, even to read, can't be replaced or removed, and one that is about to
 * be deleted can't be made again; virus scanners and indexers open every new file for a moment. Elsewhere the same codes
 * are final.
 */
export const isBusyOnWindows = (
  error: unknown,
  platform: NodeJS.Platform = systemPlatform(),
  codes = busyCodes,
): boolean => platform === 'win32' && codes.includes(codeOf(error) ?? '');
