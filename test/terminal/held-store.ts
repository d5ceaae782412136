import { join } from 'node:path';
import { takeLock } from '../../src/store/file/lock.ts';
import { makeClock } from '../../src/terminal/clock.ts';

/**
 * Keeps programs from writing to the store, so that they stay between two questions. Returns a function that lets them
 * continue.
 */
export async function holdStore(configDirectory: string): Promise<() => Promise<void>> {
  const path = join(configDirectory, 'connections');
  const io = { clock: makeClock(), signal: new AbortController().signal };
  const lock = await takeLock(`${path}.lock`, path, io);
  return () => lock.release();
}
