import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesOf, partsOf, seal, unseal } from '../cipher.ts';
import { removeFile } from '../file/busy.ts';
import { writeDurably } from '../file/durable-write.ts';
import { ensurePrivateDirectory, readPrivateFile } from '../file/private-file.ts';
import type { DataKey } from '../keys/data-key.ts';
import type { Profile } from '../model/profile.ts';
import { plainJson, profileFrom } from '../model/stored-profile.ts';

/** A changed profile whose tokens can't be requested again and may not have reached the database. */
export interface Kept {
  /** The row's version; `null` if there was none. */
  readonly before: string | null;
  /** The claim's holder. The claim may still exist if the database became unavailable. */
  readonly holder: string;
  /** The refresh token that the new tokens replace, if any. */
  readonly replaces: string | null;
  readonly profile: Profile;
}

export type Safe = ReturnType<typeof openSafe>;

const context = ({ id }: DataKey): object => ({ app: 'ottokit-tiktok', purpose: 'tokens not yet stored', key: id });

/** One encrypted file per claim, in a directory named after the key's id, because the database's address may change. */
export function openSafe(dataDirectory: string, key: () => DataKey) {
  const directory = (): string => join(dataDirectory, 'not-yet-stored', key().id);
  const readFile = async (path: string): Promise<Kept | null> => {
    const file = await readPrivateFile(path, { limit: 1_048_576, tighten: true });
    const json = file.state === 'read' ? unseal(partsOf(file.bytes), context(key()), key()) : null;
    if (json === null) return null;
    const kept = JSON.parse(json) as Omit<Kept, 'profile'> & { readonly profile: unknown };
    const profile = profileFrom(kept.profile);
    return profile && { ...kept, profile };
  };
  return {
    /** Returns the file's path. @throws the system's error */
    async put(kept: Kept): Promise<string> {
      await ensurePrivateDirectory(directory(), (each) => each.includes('.sealed'));
      const path = join(directory(), `${createHash('sha256').update(kept.holder).digest('hex')}.sealed`);
      await writeDurably(path, bytesOf(seal(plainJson(kept), context(key()), key())));
      return path;
    },
    /** Ignores errors, because the next command will see that the database has these tokens. */
    async remove(path: string | undefined): Promise<void> {
      if (path !== undefined) await removeFile(path).catch(() => undefined);
    },
    /** Reads the files of one profile or of all, oldest first. Skips damaged files. */
    async read(name?: string): Promise<readonly (readonly [path: string, kept: Kept])[]> {
      const all: [string, Kept][] = [];
      const files = await readdir(directory()).catch(() => []);
      for (const path of files.filter((file) => file.endsWith('.sealed')).map((file) => join(directory(), file))) {
        const kept = await readFile(path);
        if (kept !== null && (name ?? kept.profile.name) === kept.profile.name) all.push([path, kept]);
      }
      const timeOf = ([, { profile }]: [string, Kept]): number => profile.tokens?.obtainedAt ?? 0;
      return all.sort((a, b) => timeOf(a) - timeOf(b));
    },
  };
}
