import { join } from 'node:path';
import { takeLock } from '../../src/store/file/lock.ts';
import { makeClock } from '../../src/ground/clock.ts';

/**
 * Holds the store's lock, so that a program that wants to write to the store waits between two questions. Returns a
 * function that releases the lock.
 */
export async function holdStore(configDirectory: string): Promise<() => Promise<void>> {
  const path = join(configDirectory, 'connections');
  const io = { clock: makeClock(), signal: new AbortController().signal };
  const lock = await takeLock(`${path}.lock`, path, io);
  return () => lock.release();
}
