import { fail } from '../../ground/errors.ts';
import type { Profile } from '../model/profile.ts';
import { profileFrom } from '../model/stored-profile.ts';

/** The parsed profiles by name. Each is validated when it is read, so a command for one profile doesn't validate 500. */
export type Entries = ReadonlyMap<string, unknown>;

/** The profiles by name. Returns `null` if two have the same name. */
export function entriesBy(values: readonly unknown[]): Entries | null {
  const nameOf = (value: unknown): string => String((Object(value) as { readonly name?: unknown }).name);
  const entries = new Map(values.map((value) => [nameOf(value), value]));
  return entries.size === values.length ? entries : null;
}

/** The profile of this name. @throws Failure profile-unreadable, for a value that writes keep unchanged */
export function profileIn(path: string, entries: Entries, name: string): Profile | undefined {
  if (!entries.has(name)) return undefined;
  const profile = profileFrom(entries.get(name));
  if (profile === null) throw fail('profile-unreadable', { profile: name, path });
  return profile;
}
