import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isBlockedPort } from '../ground/blocked-ports.ts';
import { fail } from '../ground/errors.ts';
import { profileNameRule, validProfileName } from '../store/model/profile.ts';

export const captureWays = ['auto', 'browser', 'listener', 'paste'] as const;

export type SettingValue = string | number | boolean;

interface SettingRule {
  readonly meaning: string;
  /** Completes “it must be …”. */
  readonly expected: string;
  /** Returns `undefined` for an invalid value. */
  readonly read: (text: string) => SettingValue | undefined;
}

export const settingRules = {
  profile: {
    meaning: 'the default profile',
    expected: profileNameRule,
    read: (text) => (validProfileName(text) ? text : undefined),
  },
  capture: {
    meaning: 'how to capture TikTok Shop’s answer',
    expected: `one of ${captureWays.join(', ')}`,
    read: (text) => captureWays.find((way) => way === text),
  },
  browser: {
    meaning: 'the browser to open; none for no browser',
    expected: 'a program, or none',
    read: (text) => (/^(?=.*\S)\P{Cc}+$/u.test(text) ? text : undefined),
  },
  port: {
    meaning: 'the local port to listen on, for a tunnel that forwards to it',
    expected: 'a number from 1 to 65535 that browsers don’t block',
    read: (text) =>
      /^\d{1,5}$/.test(text) && Number(text) < 65_536 && !isBlockedPort(Number(text)) ? Number(text) : undefined,
  },
  accessible: {
    meaning: 'plain lines for screen readers, without symbols or redrawn lines',
    expected: 'true or false',
    read: (text) => (text === 'true' || text === 'false' ? text === 'true' : undefined),
  },
} satisfies Readonly<Record<string, SettingRule>>;

export type SettingKey = keyof typeof settingRules;

/** The user's saved choices. Flags and environment variables take precedence. None of them is a secret. */
export type Settings = {
  readonly [Key in SettingKey]?: Exclude<ReturnType<(typeof settingRules)[Key]['read']>, undefined>;
};

export const settingKeys = Object.keys(settingRules) as readonly SettingKey[];

export const settingsPath = (configDirectory: string): string => join(configDirectory, 'settings.json');

/** Ignores keys of other versions, and invalid values if `mayIgnore`. @throws Failure settings-unreadable */
export async function readSettings(
  configDirectory: string,
  mayIgnore: (key: SettingKey) => boolean = () => false,
): Promise<Settings> {
  const path = settingsPath(configDirectory);
  // The code that reads the file is slow to load.
  if (!existsSync(path)) return {};
  const { readSettingsFile } = await import('./settings-file.ts');
  const stored = await readSettingsFile(path);
  const settings: Record<string, SettingValue> = {};
  for (const key of settingKeys.filter((one) => stored[one] !== undefined)) {
    const isObject = typeof stored[key] === 'object';
    const value = isObject ? undefined : settingRules[key].read(String(stored[key]));
    if (value !== undefined) settings[key] = value;
    else if (!mayIgnore(key))
      throw fail('settings-unreadable', { path, detail: `${key} must be ${settingRules[key].expected}` });
  }
  return settings;
}
