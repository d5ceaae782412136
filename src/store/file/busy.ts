import { rm } from 'node:fs/promises';
import { platform as systemPlatform } from 'node:os';
import { sleep } from '../../ground/clock.ts';
import { codeOf } from '../../ground/errors.ts';

/** In milliseconds. */
const busyTimeout = 10_000;

export interface BusyOptions {
  readonly platform?: NodeJS.Platform;
  readonly pause?: (ms: number) => Promise<unknown>;
  readonly codes?: readonly string[];
}

/** Runs `work`. On Windows, retries it for up to 10 s while another program is using the file. @throws as `work` */
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

export const removeFile = (path: string): Promise<void> => whenFree(() => rm(path, { force: true }));

/** Windows also reports a file that is being deleted as EPERM or EACCES. */
const busyCodes: readonly string[] = ['EPERM', 'EACCES', 'EBUSY'];

/** Windows can't replace or remove a file that another program has open, and virus scanners open every new file. */
export const isBusyOnWindows = (error: unknown, platform = systemPlatform(), codes = busyCodes): boolean =>
  platform === 'win32' && codes.includes(codeOf(error) ?? '');
