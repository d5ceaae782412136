import type { Profile } from '../model/profile.ts';
import { profileFrom, storedProfile } from '../model/stored-profile.ts';
import type { DataKey } from '../keys/data-key.ts';
import { sealBytes, unsealBytes } from './sealed-bytes.ts';

/** A profile's row, as the database returns it. */
export interface Row {
  readonly name: string;
  /** A bigint, which the library returns as text. */
  readonly version: string;
  readonly key_id: string;
  readonly sealed: Buffer;
  /** The version in `claims`; `null` if it has none. */
  readonly claimed_version: string | null;
}

/** A profile's row, to be written. */
export interface SealedRow {
  readonly name: string;
  readonly version: string;
  readonly keyId: string;
  readonly sealed: Buffer;
}

export type ReadRow =
  | { readonly state: 'read'; readonly profile: Profile; readonly version: string }
  /** Changed, swapped with another row, or replaced by an older one. */
  | { readonly state: 'damaged' }
  /** Encrypted by a version of this program whose format this one doesn't know. */
  | { readonly state: 'unknown-form' };

/**
 * Versions always increase, even if a profile is removed and added again, so that an older row never matches a newer
 * one.
 */
export const nextVersion = (before: string | null, now: number): string =>
  before === null ? String(now) : String(BigInt(before) + 1n);

/** In the order of authentication. */
const context = (name: string, version: string, keyId: string): object => ({
  app: 'ottokit-tiktok',
  format: 2,
  store: 'postgresql',
  profile: name,
  version,
  key: keyId,
});

export function sealRow(profile: Profile, version: string, key: DataKey): SealedRow {
  const { name } = profile;
  const sealed = sealBytes(JSON.stringify(storedProfile(profile)), context(name, version, key.id), key);
  return { name, version, keyId: key.id, sealed };
}

export function readRow({ name, version, key_id, sealed, claimed_version }: Row, key: DataKey): ReadRow {
  if (key_id !== key.id || claimed_version !== version) return { state: 'damaged' };
  const json = unsealBytes(sealed, context(name, version, key_id), key);
  if (json === null) return { state: 'damaged' };
  const profile = profileFrom(JSON.parse(json));
  return profile?.name === name ? { state: 'read', profile, version } : { state: 'unknown-form' };
}
