import { settingKeys, settingRules, type SettingValue } from '../settings/settings.ts';
import type { Style } from './format.ts';

/** A setting that isn't set is `null`. */
export function settingsText(
  { path, settings }: { path: string; settings: Readonly<Record<string, SettingValue | null>> },
  { paint }: Style,
): string {
  const rows = settingKeys.flatMap((key) => {
    const value = settings[key] ?? 'not set';
    return [`${paint.bold(key)}: ${String(value)}`, `  ${settingRules[key].meaning}`];
  });
  const about = `Stored in ${path}. Flags and environment variables take precedence. This file never contains secrets.`;
  return [...rows, '', about].join('\n');
}
