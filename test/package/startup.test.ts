import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { librariesIn, packProgram, type Packed } from './packed.ts';
import { passphrase, storeOneConnection } from './stored.ts';
import { missingPrograms } from '../store/keys/keychain/programs.ts';
import { prepareUnless } from '../tools/systems.ts';

// A slow start shows in the modules and files that a command really loads; how long that takes varies too much.
const recorder = fileURLToPath(new URL('recorder.cjs', import.meta.url));

let packed: Packed;
let place: string;
prepareUnless(missingPrograms('tar'), async () => {
  packed = await packProgram();
  place = dirname(packed.tarball);
  await storeOneConnection(join(place, 'connected'));
  return () => packed.remove();
});

interface Loaded {
  /** Files of the package, `/` between their parts. */
  readonly files: readonly string[];
  /** Libraries that those files hold code of. */
  readonly libraries: readonly string[];
  /** Node's own modules, but for those that Node loads for an empty program. */
  readonly modules: readonly string[];
  readonly stdout: string;
}

/** Runs the packed program on the empty store, or on the one with a connection. */
async function loadedBy(line: string, store: 'empty' | 'connected' = 'empty'): Promise<Loaded> {
  const idle = await record(['--eval', '0'], store);
  const ran = await record([packed.launcher, ...line.split(' ')], store);
  return {
    ...ran,
    libraries: [...new Set(ran.files.flatMap((file) => libraries(file)))].sort(),
    modules: ran.modules.filter((name) => !idle.modules.includes(name)),
  };
}

function libraries(file: string): readonly string[] {
  const output = packed.outputs.find((one) => `dist/${one.file}` === file);
  return output === undefined ? [] : librariesIn(output);
}

async function record(args: readonly string[], store: string): Promise<Omit<Loaded, 'libraries'>> {
  const [coverage, list] = [join(place, 'coverage'), join(place, 'modules.json')];
  await rm(coverage, { recursive: true, force: true });
  await mkdir(join(place, store), { recursive: true });
  const env = {
    PATH: process.env['PATH'],
    HOME: place,
    OTTOKIT_TIKTOK_CONFIG_DIR: join(place, store),
    OTTOKIT_TIKTOK_PASSPHRASE: passphrase,
    NODE_V8_COVERAGE: coverage,
    RECORD: list,
  };
  const { stdout } = await promisify(execFile)(process.execPath, ['--require', recorder, ...args], { env });
  return {
    stdout,
    files: await filesCoveredIn(coverage),
    modules: JSON.parse(await readFile(list, 'utf8')) as string[],
  };
}

/** Node's own account of every script that was loaded, ES modules too. */
async function filesCoveredIn(directory: string): Promise<readonly string[]> {
  const reports = await Promise.all(
    (await readdir(directory)).map(async (name) => JSON.parse(await readFile(join(directory, name), 'utf8')) as Report),
  );
  const urls = reports.flatMap(({ result }) => result.map(({ url }) => url)).filter((url) => url.startsWith('file:'));
  const inPackage = urls
    .map((url) => relative(packed.directory, fileURLToPath(url)).split(sep).join('/'))
    .filter((file) => !file.startsWith('..'));
  return [...new Set(inPackage)].sort();
}

interface Report {
  readonly result: readonly { readonly url: string }[];
}

/** A file of the build with all that it loads at once. */
function withImports(file: string, found = new Set<string>()): readonly string[] {
  const output = packed.outputs.find((one) => one.file === file);
  if (output === undefined || found.has(file)) return [];
  found.add(file);
  for (const path of output.imports) withImports(path, found);
  return [...found].map((each) => `dist/${each}`);
}

/** The root, and a command's file with all that it loads at once. */
const rootAnd = (file: string): readonly string[] => [...new Set([...root, ...withImports(file)])].sort();

const root = ['bin/ottokit-tiktok.cjs', 'dist/main.cjs'];
/** Commander reads the command line. A result at a terminal is colored by chalk and wrapped by the other two. */
const librariesOfRoot = ['chalk', 'commander', 'fast-string-truncated-width', 'fast-string-width'];
/** `os` finds the home and the temporary directory; commander looks at `process`. Windows prints through a stream. */
const modulesOfRoot = ['os', 'process', ...(process.platform === 'win32' ? ['stream', 'net', 'tty'] : [])];
const modulesOfStore = [
  // To decrypt; it brings streams.
  ...['crypto', 'stream', 'string_decoder'],
  // To read files; it brings the promises of streams.
  ...['fs/promises', 'stream/promises'],
  // A secret hides itself from `inspect`, and a lock waits for its turn.
  ...['util', 'timers/promises'],
  // The wait for the passphrase's key is shown on stderr, which is a pipe here.
  ...['net', 'diagnostics_channel'],
];

describe('what is loaded', () => {
  test('by --version: the launcher alone', async () => {
    const loaded = await loadedBy('--version');
    expect(loaded.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(loaded).toMatchObject({ files: ['bin/ottokit-tiktok.cjs'], libraries: [], modules: [] });
  });

  test.for(['--help', 'connect --help', 'scopes', 'scopes --json', 'scopes --ids'])(
    'by %s: the root, with what reads the command line',
    async (line) => {
      const loaded = await loadedBy(line);
      expect(loaded).toMatchObject({ files: root, libraries: librariesOfRoot });
      expect(beyond(loaded, modulesOfRoot)).toEqual([]);
    },
  );

  test.for<[string, string]>([
    ['status', 'lazy/status.cjs'],
    ['status --json', 'lazy/status.cjs'],
    ['token', 'lazy/token.cjs'],
    ['scopes', 'lazy/stored-connection.cjs'],
  ])('by %s where a shop is connected: what opens the store besides', async ([line, command]) => {
    const loaded = await loadedBy(line, 'connected');
    expect(loaded.files).toEqual(rootAnd(command));
    expect(loaded.libraries).toEqual(librariesOfRoot);
    expect(beyond(loaded, [...modulesOfRoot, ...modulesOfStore])).toEqual([]);
  });

  test('by completion: the scripts of the shells', async () => {
    const loaded = await loadedBy('completion bash');
    expect(loaded.files).toEqual(rootAnd('lazy/completion.cjs'));
    // The names of the checks come from the checks themselves, which read TikTok Shop's answers by valibot.
    expect(loaded.libraries).toEqual([...librariesOfRoot, 'valibot']);
  });
});

function beyond({ modules }: Loaded, expected: readonly string[]): readonly string[] {
  return modules.filter((name) => !expected.includes(name));
}
