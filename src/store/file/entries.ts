import { fail } from '../../ground/errors.ts';
import type { Profile } from '../model/profile.ts';
import { profileFrom } from '../model/stored-profile.ts';

/** A profile in the file. Validated when it is read, so that a command for one profile doesn't validate all 500. */
interface Entry {
  /** The parsed JSON. Reading the profile changes it. */
  readonly value: unknown;
  /** `undefined`: not read yet. `null`: this version can't read it, and writes it back unchanged. */
  profile?: Profile | null;
}

export type Entries = ReadonlyMap<string, Entry>;

/** The profiles by name. Returns `null` if two have the same name. */
export function entriesBy(values: readonly unknown[]): Entries | null {
  const nameOf = (value: unknown): string => String((Object(value) as { readonly name?: unknown }).name);
  const entries = new Map(values.map((value) => [nameOf(value), { value }]));
  return entries.size === values.length ? entries : null;
}

/** The profile of this name; `null` if this version can't read it. */
export function readEntry(entries: Entries, name: string): Profile | null | undefined {
  const entry = entries.get(name);
  return entry && (entry.profile ??= profileFrom(entry.value));
}

/** The profile of this name. @throws Failure profile-unreadable */
export function profileIn(path: string, entries: Entries, name: string): Profile | undefined {
  const profile = readEntry(entries, name);
  if (profile === null) throw fail('profile-unreadable', { profile: name, path });
  return profile;
}
