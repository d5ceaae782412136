import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from './settings.ts';

export const settingsPath = (configDirectory: string): string => join(configDirectory, 'settings.json');

/**
 * Reads the settings. If there is no file, skips importing the code for it, which is slow.
 * @throws Failure settings-unreadable
 */
export async function readSettings(configDirectory: string): Promise<Settings> {
  const path = settingsPath(configDirectory);
  if (!existsSync(path)) return {};
  const { readSettingsFile } = await import('./settings-file.ts');
  return await readSettingsFile(path);
}
