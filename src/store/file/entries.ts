import { fail } from '../../ground/errors.ts';
import { parseJson } from '../../ground/parse-json.ts';
import type { Profile } from '../model/profile.ts';
import { profileFrom } from '../model/stored-profile.ts';

/** The profiles' JSON by name. Each is parsed when it is read, so a command for one profile doesn't parse 500. */
export type Entries = ReadonlyMap<string, string>;

const start = '{"profiles":[\n';
const end = '\n]}';

/** One JSON document with a profile on each line. JSON has no line breaks within strings, so lines can be split. */
export const jsonOf = (entries: Entries): string => start + [...entries.values()].join(',\n') + end;

/** The JSON of each profile. Returns `null` for another format. */
export function profilesIn(json: string): readonly string[] | null {
  if (json.startsWith(`${start}{`)) return json.slice(start.length, -end.length).split(',\n');
  // Earlier versions wrote everything on one line.
  const { profiles } = Object(parseJson(json)) as { readonly profiles?: unknown };
  return Array.isArray(profiles) ? profiles.map((profile) => JSON.stringify(profile)) : null;
}

/** The profiles by name. Returns `null` if two have the same name. */
export function entriesBy(profiles: readonly string[]): Entries | null {
  const entries = new Map(profiles.map((json) => [nameIn(json), json]));
  return entries.size === profiles.length ? entries : null;
}

/** A profile's name, which is usually its first field. */
const nameIn = (json: string): string =>
  /^{"name":"([\w.-]+)"/.exec(json)?.[1] ?? String((Object(parseJson(json)) as { readonly name?: unknown }).name);

/** The profile of this name. @throws Failure profile-unreadable, for a value that writes keep unchanged */
export function profileIn(path: string, entries: Entries, name: string): Profile | undefined {
  const json = entries.get(name);
  if (json === undefined) return undefined;
  const profile = profileFrom(parseJson(json));
  if (profile === null) throw fail('profile-unreadable', { profile: name, path });
  return profile;
}
