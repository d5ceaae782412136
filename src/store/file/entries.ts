import { createHash } from 'node:crypto';
import { fail } from '../../ground/errors.ts';
import type { Profile } from '../model/profile.ts';
import { profileFrom } from '../model/stored-profile.ts';

/** A profile in the file. Checked when it is needed: a command that reads one profile needn't check 500. */
export interface Entry {
  /** As it was parsed; changed by reading the profile. */
  readonly value: unknown;
  /** `undefined`: not read yet. `null`: this version can't read it, and the next write keeps its value as it is. */
  profile?: Profile | null;
}

/** What a file holds, by name. */
export type Entries = ReadonlyMap<string, Entry>;

/** The values of a file, each under its name, or one made from its content if it has none or that is taken. */
export function entriesBy(values: readonly unknown[]): Entries {
  const entries = new Map<string, Entry>();
  for (const value of values) {
    const { name } = Object(value) as { readonly name?: unknown };
    if (typeof name === 'string' && !entries.has(name)) entries.set(name, { value });
    else entries.set(standInName(value), { value, profile: null });
  }
  return entries;
}

/** A name to call what has none of its own, the same each time. */
const standInName = (value: unknown): string =>
  `unnamed-${createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 8)}`;

/** @throws Failure profile-unreadable */
export function profileIn(path: string, entries: Entries, name: string): Profile | undefined {
  const profile = read(entries.get(name));
  if (profile === null) throw fail('profile-unreadable', { profile: name, path });
  return profile;
}

/** Sorted by name; those that can't be read apart, as names. */
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
