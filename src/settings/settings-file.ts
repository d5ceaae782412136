import { dirname } from 'node:path';
import Conf from 'conf';
import { fail, isFailure } from '../ground/errors.ts';
import { parseJson } from '../ground/parse-json.ts';
import { whenFree } from '../store/file/busy.ts';
import { reasonOf } from '../store/file/file-problem.ts';
import { giveToOwnerOfDirectory, makeDirectory } from '../store/file/owner.ts';
import { settingsFrom, type SettingKey, type Settings, type SettingValue } from './settings.ts';

/** @throws Failure settings-unreadable */
export async function readSettingsFile(path: string): Promise<Settings> {
  return await guarded(path, 'settings-unreadable', async () => settingsFrom((await open(path)).store));
}

/**
 * Stores one setting, or removes it if the value is `undefined`. Keeps all other keys, even those of other versions.
 * @throws Failure settings-unreadable, settings-unwritable
 */
export async function changeSetting(path: string, key: SettingKey, value: SettingValue | undefined): Promise<void> {
  await guarded(path, 'settings-unwritable', async () => {
    await makeDirectory(dirname(path));
    const file = await guarded(path, 'settings-unreadable', () => open(path));
    if (value === undefined) file.delete(key);
    else file.set(key, value);
    await giveToOwnerOfDirectory(path);
  });
}

type Stored = Record<string, unknown>;

/** Conf reads the file right away. `clearInvalidConfig` stays off, so a damaged file is never cleared. */
const open = (path: string): Promise<Conf<Stored>> => {
  const options = { cwd: dirname(path), configName: 'settings', configFileMode: 0o600, deserialize };
  const make = () => new Conf<Stored>({ ...options, accessPropertiesByDotNotation: false });
  return whenFree(() => Promise.resolve(make()), { codes: ['EBUSY'] });
};

function deserialize(text: string): Stored {
  const stored = parseJson(text);
  if (typeof stored !== 'object' || stored === null || Array.isArray(stored)) throw new SyntaxError('not an object');
  return stored as Stored;
}

async function guarded<T>(
  path: string,
  code: 'settings-unreadable' | 'settings-unwritable',
  act: () => T | Promise<T>,
): Promise<T> {
  try {
    return await act();
  } catch (thrown) {
    if (isFailure(thrown)) throw thrown;
    throw fail(code, { path, detail: detailOf(thrown) }, { cause: thrown });
  }
}

/** JSON's own error messages quote the file, so they aren't shown. */
function detailOf(thrown: unknown): string {
  if (thrown instanceof SyntaxError) return 'it is not a JSON object in UTF-8';
  if (thrown instanceof RangeError) return thrown.message;
  return reasonOf(thrown);
}
