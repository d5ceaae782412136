import { fail } from '../../ground/errors.ts';
import { seal, unseal } from '../cipher.ts';
import type { Profile } from '../model/profile.ts';
import { plainJson, profileFrom } from '../model/stored-profile.ts';
import type { DataKey } from '../keys/data-key.ts';

export interface SealedRow {
  readonly name: string;
  /** A bigint, which the library returns as text. */
  readonly version: string;
  readonly key_id: string;
  readonly sealed: Buffer;
}

export interface Row extends SealedRow {
  /** The version in the table `claims`; `null` if there is none. */
  readonly claimed_version: string | null;
}

export interface Current {
  readonly profile: Profile;
  readonly version: string;
}

/** Returns the next version. A new profile's is the time, so that a removed profile's row never matches a newer one. */
export const nextVersion = (before: string | null, now: number): string =>
  before === null ? String(now) : String(BigInt(before) + 1n);

/** The order of the fields matters, because they are authenticated. */
function context(profile: string, version: string, key: string): object {
  return { app: 'ottokit-tiktok', format: 2, store: 'postgresql', profile, version, key };
}

export function sealRow(profile: Profile, version: string, key: DataKey): SealedRow {
  const { name } = profile;
  const sealed = seal(plainJson(profile), context(name, version, key.id), key);
  return { name, version, key_id: key.id, sealed };
}

/**
 * @throws Failure profile-damaged if the row was manipulated or replaced by an older one, profile-unreadable if this
 * version doesn't know its format
 */
export function openRow(row: Row, key: DataKey, location: string): Current {
  const { name, version, key_id, sealed } = row;
  const isLast = key_id === key.id && row.claimed_version === version;
  const json = isLast ? unseal(sealed, context(name, version, key_id), key) : null;
  if (json === null) throw fail('profile-damaged', { profile: name, store: location });
  const profile = profileFrom(JSON.parse(json));
  if (profile?.name !== name) throw fail('profile-unreadable', { profile: name, path: location });
  return { profile, version };
}
