import { open as openFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import Conf from 'conf';
import { fail, isFailure } from '../ground/errors.ts';
import { parseJson } from '../ground/parse-json.ts';
import { giveToOwnerOf, makeDirectory } from '../store/file/owner.ts';
import { settingsFrom, type SettingKey, type Settings, type SettingValue } from './settings.ts';

/**
 * Reads the settings.
 * @throws Failure settings-unreadable
 */
export async function readSettingsFile(path: string): Promise<Settings> {
  return await guarded(path, 'settings-unreadable', () => settingsFrom(open(path).store));
}

/**
 * Stores one setting, or removes it if the value is `undefined`. Other keys stay, even those of another version.
 * @throws Failure settings-unreadable, settings-unwritable
 */
export async function changeSetting(path: string, key: SettingKey, value: SettingValue | undefined): Promise<void> {
  await guarded(path, 'settings-unwritable', async () => {
    await makeDirectory(dirname(path));
    const file = await guarded(path, 'settings-unreadable', () => open(path));
    if (value === undefined) file.delete(key);
    else file.set(key, value);
    await giveToOwner(path);
  });
}

async function giveToOwner(path: string): Promise<void> {
  const file = await openFile(path);
  try {
    await giveToOwnerOf(dirname(path), file);
  } finally {
    await file.close();
  }
}

type Stored = Record<string, unknown>;

/** Opening reads the file. A damaged file is never cleared, because `clearInvalidConfig` stays off. */
const open = (path: string): Conf<Stored> =>
  new Conf<Stored>({
    cwd: dirname(path),
    configName: 'settings',
    configFileMode: 0o600,
    accessPropertiesByDotNotation: false,
    deserialize,
  });

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
    throw fail(code, { path, detail: reasonOf(thrown) }, { cause: thrown });
  }
}

/** JSON's own error messages quote the file, so they aren't shown. */
function reasonOf(thrown: unknown): string {
  if (thrown instanceof SyntaxError) return 'it is not a JSON object';
  if (thrown instanceof RangeError) return thrown.message;
  return (thrown as NodeJS.ErrnoException).code ?? 'unknown';
}
