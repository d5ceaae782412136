import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sealBytes, unsealBytes } from '../cipher.ts';
import { removeFile } from '../file/busy.ts';
import { writeDurably } from '../file/durable-write.ts';
import { ensurePrivateDirectory } from '../file/private-directory.ts';
import { readPrivateFile } from '../file/private-file.ts';
import type { DataKey } from '../keys/data-key.ts';
import type { Profile } from '../model/profile.ts';
import { validProfileName } from '../model/profile-name.ts';
import { profileFrom, storedProfile } from '../model/stored-profile.ts';

/** A changed profile. The safe keeps it if its tokens can't be requested again and may not have reached the database. */
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
 * Encrypted files on this computer, one for each claim. Each is written at the same time as the database's row, and
 * removed once the row is stored.
 */
export interface Safe {
  /** Returns the file's path. @throws the system's error */
  put(kept: Kept): Promise<string>;
  /** A file that can't be removed does no harm: the next command finds that the database has its tokens. */
  remove(path: string | undefined): Promise<void>;
  /** Removes all files of a profile. @throws the system's error */
  removeAll(name: string): Promise<void>;
  /** The names of the profiles in it. */
  names(): Promise<readonly string[]>;
  /** A profile's kept tokens with the paths of their files, oldest first. Damaged files are left out. */
  read(name: string): Promise<readonly (readonly [path: string, kept: Kept])[]>;
}

const limit = 1_048_576;

/**
 * In lower case, so that two profiles don't share a file on case-insensitive systems (macOS, Windows), and with a
 * prefix, because `con.sealed` is a device on Windows.
 */
const fileName = (profile: string, holder: string): string =>
  `profile-${profile.replace(/[A-Z]/g, (letter) => `+${letter.toLowerCase()}`)}.${hashOf(holder)}.sealed`;

const hashOf = (holder: string): string => createHash('sha256').update(holder).digest('hex').slice(0, 16);

const profileIn = (file: string): string | undefined =>
  /^profile-(.*)\.[0-9a-f]{16}\.sealed$/
    .exec(file)?.[1]
    ?.replace(/\+(.)/g, (_, letter: string) => letter.toUpperCase());

const context = (profile: string, { id }: DataKey): object => {
  return { app: 'ottokit-tiktok', purpose: 'tokens not yet stored', profile, key: id };
};

/** @param key the store's. It names a directory, because a database can get another address, such as after a failover. */
export function openSafe(dataDirectory: string, key: () => DataKey): Safe {
  const directory = (): string => join(dataDirectory, 'not-yet-stored', key().id);
  const files = async (): Promise<readonly string[]> => await readdir(directory()).catch(() => []);
  const pathsOf = async (name: string): Promise<readonly string[]> =>
    (await files()).filter((file) => profileIn(file) === name).map((file) => join(directory(), file));
  const readFile = async (name: string, path: string): Promise<Kept | null> => {
    const file = await readPrivateFile(path, { limit, tighten: true });
    const json = file.state === 'read' ? unsealBytes(file.bytes, context(name, key()), key()) : null;
    if (json === null) return null;
    const kept = JSON.parse(json) as Omit<Kept, 'profile'> & { readonly profile: unknown };
    const profile = profileFrom(kept.profile);
    return profile && { ...kept, profile };
  };
  return {
    async put({ before, holder, replaces, profile }) {
      await ensurePrivateDirectory(directory(), (each) => each.includes('.sealed'));
      const path = join(directory(), fileName(profile.name, holder));
      const json = JSON.stringify({ before, holder, replaces, profile: storedProfile(profile) });
      await writeDurably(path, sealBytes(json, context(profile.name, key()), key()));
      return path;
    },
    async remove(path) {
      if (path !== undefined) await removeFile(path).catch(() => undefined);
    },
    async removeAll(name) {
      for (const path of await pathsOf(name)) await removeFile(path);
    },
    async names() {
      const names = (await files()).flatMap((file) => profileIn(file) ?? []);
      return [...new Set(names)].filter(validProfileName);
    },
    async read(name) {
      const all: [string, Kept][] = [];
      for (const path of await pathsOf(name)) {
        const kept = await readFile(name, path);
        if (kept !== null) all.push([path, kept]);
      }
      const timeOf = ([, { profile }]: [string, Kept]): number => profile.tokens?.obtainedAt ?? 0;
      return all.sort((a, b) => timeOf(a) - timeOf(b));
    },
  };
}
