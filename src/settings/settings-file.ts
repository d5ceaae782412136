import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import Conf from 'conf';
import { fail, isFailure, isSystemLimit } from '../ground/errors.ts';
import type { Io } from '../ground/io.ts';
import { parseJson } from '../ground/parse-json.ts';
import { whenFree } from '../store/file/busy.ts';
import { isWithoutFlush, writeDurably } from '../store/file/durable-write.ts';
import { FileProblem, reasonOf } from '../store/file/file-problem.ts';
import { takeLock } from '../store/file/lock.ts';
import { giveToOwnerOf, makeDirectory } from '../store/file/private-file.ts';

type Stored = Record<string, unknown>;

/** @throws Failure settings-unreadable */
export const readSettingsFile = (path: string): Promise<Readonly<Stored>> =>
  guarded(path, 'settings-unreadable', async () => (await open(path)).store);

/** `undefined` removes the setting. @throws Failure settings-unreadable, settings-unwritable; store-locked */
export async function changeSetting(
  io: Pick<Io, 'clock' | 'signal'>,
  path: string,
  key: string,
  value: string | number | boolean | undefined,
): Promise<void> {
  await guarded(path, 'settings-unwritable', async () => {
    await makeDirectory(dirname(path));
    // Without the lock, one change would be lost if two processes changed different settings at once.
    const lock = await takeLock(`${path}.lock`, path, io);
    try {
      const file = await guarded(path, 'settings-unreadable', () => open(path));
      const changed = { ...file.store, [key]: value };
      try {
        file.store = changed;
      } catch (error) {
        // Conf can't write to a drive that can't flush. It follows symbolic links.
        if (!isWithoutFlush(error)) throw error;
        const target = await realpath(path).catch(() => path);
        await writeDurably(target, Buffer.from(serialize(changed)));
      }
      await giveToOwnerOf(dirname(path), path);
    } finally {
      await lock.release();
    }
  });
}

/** `clearInvalidConfig` is off by default, so Conf never clears a damaged file. */
async function open(path: string): Promise<Conf<Stored>> {
  const found = await stat(path).catch(() => undefined);
  // Conf would wait until another process writes to a FIFO.
  if (found?.isFile() === false && !found.isDirectory()) throw new FileProblem('it isn’t a regular file');
  const options = { cwd: dirname(path), configName: 'settings', configFileMode: 0o600, serialize, deserialize };
  return await whenFree(() => Promise.resolve(new Conf<Stored>(options)), { codes: ['EBUSY'] });
}

const serialize = (stored: Stored): string => JSON.stringify(stored, undefined, '\t');

function deserialize(text: string): Stored {
  const stored = parseJson(text);
  if (typeof stored === 'object' && stored !== null && !Array.isArray(stored)) return stored as Stored;
  throw new FileProblem('it isn’t a JSON object in UTF-8');
}

const guarded = <T>(path: string, code: 'settings-unreadable' | 'settings-unwritable', act: () => Promise<T>) =>
  act().catch((thrown: unknown): never => {
    if (isFailure(thrown) || isSystemLimit(thrown)) throw thrown;
    throw fail(code, { path, detail: reasonOf(thrown) }, { cause: thrown });
  });
