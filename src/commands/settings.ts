import { fail, type Failure } from '../ground/errors.ts';
import { show, toJson, type Style } from '../output/format.ts';
import { changeSetting } from '../settings/settings-file.ts';
import {
  readSettings,
  settingKeys,
  settingRules,
  settingsPath,
  type SettingKey,
  type SettingValue,
} from '../settings/settings.ts';
import type { ExitCode, Program } from './program.ts';

const argumentCounts = { list: 0, path: 0, get: 1, unset: 1, set: 2 } as const;

export interface SettingsOptions {
  /** `list` if omitted. */
  readonly action?: keyof typeof argumentCounts;
  readonly key?: SettingKey;
  readonly value?: string;
  readonly json: boolean;
}

/** Shows or changes the settings. @throws Failure usage; as `readSettings` and `changeSetting` */
export async function settings(program: Program, options: SettingsOptions): Promise<ExitCode> {
  const { io, print } = program;
  const { action = 'list', key, value, json } = options;
  const path = settingsPath(io.configDirectory());
  const expected = ['KEY', 'VALUE'].slice(0, argumentCounts[action]);
  if ([key, value].filter((word) => word !== undefined).length !== expected.length)
    throw usage(`Use \`${['ottokit-tiktok settings', action, ...expected].join(' ')}\`.`);
  if (action === 'path') {
    print(json ? toJson({ path }) : path);
  } else if (key === undefined) {
    const stored = await readSettings(io.configDirectory());
    const all = Object.fromEntries(settingKeys.map((one) => [one, stored[one] ?? null]));
    show(program, json, { path, settings: all }, (result) => result, inWords);
  } else {
    const wanted = valueFrom(key, value);
    if (action !== 'get') await changeSetting(io, path, key, wanted);
    const kept =
      (action === 'get' ? (await readSettings(io.configDirectory(), (other) => other !== key))[key] : wanted) ?? null;
    if (json) print(toJson({ key, value: kept }));
    else if (action === 'get') print(kept === null ? '' : String(kept));
    else io.say.done(kept === null ? `${key} is no longer set.` : `${key} is now ${String(kept)}.`);
  }
  return 0;
}

/** A setting that isn't set is `null`. */
function inWords(
  { path, settings: all }: { path: string; settings: Readonly<Record<string, SettingValue | null>> },
  { paint }: Style,
): string {
  const rows = settingKeys.flatMap((key) => [
    `${paint.bold(key)}: ${String(all[key] ?? 'not set')}`,
    `  ${settingRules[key].meaning}`,
  ]);
  const about = `Stored in ${path}. Flags and environment variables take precedence. This file never contains secrets.`;
  return [...rows, '', about].join('\n');
}

function valueFrom(key: SettingKey, text: string | undefined): SettingValue | undefined {
  if (text === undefined) return undefined;
  const value = settingRules[key].read(text);
  if (value === undefined)
    throw usage(`“${text}” isn’t a valid value for ${key}: it must be ${settingRules[key].expected}.`);
  return value;
}

const usage = (problem: string): Failure => fail('usage', { problem, command: 'settings' });
