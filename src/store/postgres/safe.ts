import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { removeFile } from '../file/busy.ts';
import { writeDurably } from '../file/durable-write.ts';
import { ensurePrivateDirectory } from '../file/private-directory.ts';
import { readPrivateFile } from '../file/private-file.ts';
import type { DataKey } from '../keys/data-key.ts';
import type { Profile } from '../model/profile.ts';
import { validProfileName } from '../model/profile-name.ts';
import { profileFrom, storedProfile } from '../model/stored-profile.ts';
import { sealBytes, unsealBytes } from './sealed-bytes.ts';

/** An answer that can't be requested again and may not have reached the database. */
export interface Kept {
  /** The row's version before the change; `null` if there was none. */
  readonly before: string | null;
  /** The claim's holder: the claim still exists if the database became unavailable. */
  readonly holder: string;
  /** The refresh token that the new tokens replace; `null` if there was none. */
  readonly replaces: string | null;
  readonly profile: Profile;
}

/**
 * Encrypted files on this computer, one for each profile. They are written together with the database's row, and removed
 * once it has that.
 */
export interface Safe {
  /** @throws the system's error */
  put(name: string, kept: Kept): Promise<string>;
  /** @throws the system's error */
  remove(name: string): Promise<void>;
  /** The names of the profiles in it, without needing a key. */
  names(): Promise<readonly string[]>;
  /** `null`: there is none, or it was encrypted with another key. */
  read(name: string): Promise<Kept | null>;
}

const limit = 1_048_576;

/**
 * In lower case, so that two profiles don't share a file on case-insensitive systems (macOS, Windows), and with a
 * prefix, because `con.sealed` is a device on Windows.
 */
const fileName = (profile: string): string =>
  `profile-${profile.replace(/[A-Z]/g, (letter) => `+${letter.toLowerCase()}`)}.sealed`;

const profileIn = (file: string): string | undefined =>
  /^profile-(.*)\.sealed$/.exec(file)?.[1]?.replace(/\+(.)/g, (_, letter: string) => letter.toUpperCase());

/** @param location the database's, each of which has a separate directory */
export function openSafe(dataDirectory: string, location: string, key: () => DataKey): Safe {
  const id = createHash('sha256').update(location).digest('hex').slice(0, 16);
  const directory = join(dataDirectory, 'not-yet-stored', id);
  const pathOf = (name: string): string => join(directory, fileName(name));
  const context = (name: string, keyId: string): object => ({
    app: 'ottokit-tiktok',
    safe: location,
    profile: name,
    key: keyId,
  });
  return {
    async put(name, { before, holder, replaces, profile }) {
      await ensurePrivateDirectory(directory, (each) => each.includes('.sealed'));
      const dataKey = key();
      const json = JSON.stringify({ before, holder, replaces, profile: storedProfile(profile) });
      await writeDurably(pathOf(name), sealBytes(json, context(name, dataKey.id), dataKey));
      return pathOf(name);
    },
    remove: (name) => removeFile(pathOf(name)),
    async names() {
      const found = await readdir(directory).catch(() => []);
      return found.flatMap((file) => profileIn(file) ?? []).filter(validProfileName);
    },
    async read(name) {
      const file = await readPrivateFile(pathOf(name), { limit, tighten: true });
      if (file.state !== 'read') return null;
      const dataKey = key();
      const json = unsealBytes(file.bytes, context(name, dataKey.id), dataKey);
      if (json === null) return null;
      const kept = JSON.parse(json) as Omit<Kept, 'profile'> & { readonly profile: unknown };
      const profile = profileFrom(kept.profile);
      return profile === null ? null : { ...kept, profile };
    },
  };
}
