import { createHash } from 'node:crypto';
import { fail } from '../../ground/errors.ts';
import type { Profile } from '../model/profile.ts';
import { profileFrom } from '../model/stored-profile.ts';

/** A profile in the file. It is validated when it is needed: a command that reads one profile needn't validate 500. */
export interface Entry {
  /** The parsed value; reading the profile changes it. */
  readonly value: unknown;
  /** `undefined`: not read yet. `null`: this version can't read it, and the next write keeps its value unchanged. */
  profile?: Profile | null;
}

/** The file's profiles, by name. */
export type Entries = ReadonlyMap<string, Entry>;

/** The file's values by name. A value without a name, or with a name that is taken, gets one made from its content. */
export function entriesBy(values: readonly unknown[]): Entries {
  const entries = new Map<string, Entry>();
  for (const value of values) {
    const { name } = Object(value) as { readonly name?: unknown };
    if (typeof name === 'string' && !entries.has(name)) entries.set(name, { value });
    else entries.set(standInName(value), { value, profile: null });
  }
  return entries;
}

/** A name for a value without one, always the same. */
const standInName = (value: unknown): string =>
  `unnamed-${createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 8)}`;

/** @throws Failure profile-unreadable */
export function profileIn(path: string, entries: Entries, name: string): Profile | undefined {
  const profile = read(entries.get(name));
  if (profile === null) throw fail('profile-unreadable', { profile: name, path });
  return profile;
}

/** Sorted by name, with the names of unreadable profiles separate. */
export function profilesIn(entries: Entries): { profiles: readonly Profile[]; unreadable: readonly string[] } {
  const profiles: Profile[] = [];
  const unreadable: string[] = [];
  for (const name of [...entries.keys()].sort()) {
    const profile = read(entries.get(name));
    if (profile) profiles.push(profile);
    else unreadable.push(name);
  }
  return { profiles, unreadable };
}

function read(entry: Entry | undefined): Profile | null | undefined {
  if (entry === undefined) return undefined;
  if (entry.profile === undefined) entry.profile = profileFrom(entry.value);
  return entry.profile;
}
