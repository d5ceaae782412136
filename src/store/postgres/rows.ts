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

export type ReadRow =
  | { readonly state: 'read'; readonly profile: Profile; readonly version: string }
  /** Changed, swapped with another row, or replaced by an older one. */
  | { readonly state: 'damaged' }
  /** Encrypted by a version of this program whose format this one doesn't know. */
  | { readonly state: 'unknown-form' };

/** In the order of authentication. */
const context = (name: string, version: string, keyId: string): object => ({
  app: 'ottokit-tiktok',
  format: 2,
  store: 'postgresql',
  profile: name,
  version,
  key: keyId,
});

export const sealRow = (profile: Profile, version: string, key: DataKey): Buffer =>
  sealBytes(JSON.stringify(storedProfile(profile)), context(profile.name, version, key.id), key);

export function readRow({ name, version, key_id, sealed, claimed_version }: Row, key: DataKey): ReadRow {
  if (key_id !== key.id || claimed_version !== version) return { state: 'damaged' };
  const json = unsealBytes(sealed, context(name, version, key_id), key);
  if (json === null) return { state: 'damaged' };
  const profile = profileFrom(JSON.parse(json));
  return profile?.name === name ? { state: 'read', profile, version } : { state: 'unknown-form' };
}
