import { fail } from '../../ground/errors.ts';
import { parseJson } from '../../ground/parse-json.ts';
import type { Profile } from '../model/profile.ts';
import { profileFrom } from '../model/stored-profile.ts';

/** The JSON of each profile by name, not parsed yet, so that a command for one profile doesn't parse 500. */
export type Entries = ReadonlyMap<string, string>;

const start = '{"profiles":[\n';
const end = '\n]}';

/** Makes a JSON document with one profile on each line. JSON strings contain no newlines, so it can be split again. */
export const jsonOf = (entries: Entries): string => start + [...entries.values()].join(',\n') + end;

/** Reverses `jsonOf`. Returns `null` if the document has another format. */
export function profilesIn(json: string): readonly string[] | null {
  if (json.startsWith(`${start}{`)) return json.slice(start.length, -end.length).split(',\n');
  // There are no profiles, or an earlier version wrote everything on one line.
  const { profiles } = Object(parseJson(json)) as { readonly profiles?: unknown };
  return Array.isArray(profiles) ? profiles.map((profile) => JSON.stringify(profile)) : null;
}

/** Returns `null` if two profiles have the same name. */
export function entriesByName(profiles: readonly string[]): Entries | null {
  const entries = new Map(profiles.map((json) => [nameIn(json), json]));
  return entries.size === profiles.length ? entries : null;
}

/** Returns the name in a profile's JSON, which is usually the first field. */
const nameIn = (json: string): string =>
  /^{"name":"([\w.-]+)"/.exec(json)?.[1] ?? String((Object(parseJson(json)) as { readonly name?: unknown }).name);

/** @throws Failure profile-unreadable if the profile's format is unknown. Writes keep such a profile unchanged. */
export function profileIn(path: string, entries: Entries, name: string): Profile | undefined {
  const json = entries.get(name);
  if (json === undefined) return undefined;
  const profile = profileFrom(parseJson(json));
  if (profile === null) throw fail('profile-unreadable', { profile: name, path });
  return profile;
}
