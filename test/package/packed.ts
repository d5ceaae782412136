import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const pack = fileURLToPath(new URL('pack.mjs', import.meta.url));

/** One file of the build, as `bin/build.mjs --meta` describes it. */
export interface Output {
  /** Its path below `dist/`. */
  readonly file: string;
  /** Files below `dist/` and Node's modules that it imports statically. */
  readonly imports: readonly string[];
  /** The sources it was built from, as paths from the top of the repository. */
  readonly sources: readonly string[];
}

/** The package as it would be published, built from the current sources. */
export interface Packed {
  readonly tarball: string;
  /** The directory of the tarball's unpacked files, from which no library can be found. */
  readonly directory: string;
  readonly launcher: string;
  /** Paths in the package, sorted, with `/`. */
  readonly files: readonly string[];
  readonly outputs: readonly Output[];
  remove(): Promise<void>;
}

export async function packProgram(): Promise<Packed> {
  const place = await mkdtemp(join(tmpdir(), 'packed-'));
  const { stdout } = await promisify(execFile)(process.execPath, [pack, place]);
  const directory = join(place, 'package');
  return {
    tarball: stdout.trim(),
    directory,
    launcher: join(directory, 'bin', 'ottokit-tiktok.cjs'),
    files: await filesBelow(directory),
    outputs: JSON.parse(await readFile(join(place, 'meta.json'), 'utf8')) as Packed['outputs'],
    remove: () => rm(place, { recursive: true, force: true }),
  };
}

async function filesBelow(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

/** Returns the names of the libraries in a built file. */
export function librariesIn({ sources }: Output): readonly string[] {
  const names = sources
    .map((source) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1])
    .filter((name) => name !== undefined);
  return [...new Set(names)].sort();
}
