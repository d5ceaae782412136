import { settingRules, type SettingKey } from '../settings/settings.ts';
import type { Style } from './style.ts';

/** Every setting with its value, and what it is for. `null`: not set. */
export function settingsText(
  path: string,
  all: Readonly<Record<string, string | number | boolean | null>>,
  { paint }: Style,
): string {
  const rows = (Object.keys(settingRules) as SettingKey[]).map((key) => {
    const value = all[key] ?? null;
    return [`${paint.bold(key)}: ${value === null ? 'not set' : String(value)}`, `  ${settingRules[key].meaning}`];
  });
  return [...rows.flat(), '', `Kept in ${path}. A flag or an environment variable wins; no secret is ever in it.`].join(
    '\n',
  );
}
