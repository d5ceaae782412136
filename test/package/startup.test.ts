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

// Startup time varies too much to test, so these tests check which modules and files each command loads.
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
  /** Files of the package, with `/` as separator. */
  readonly files: readonly string[];
  /** The libraries in those files. */
  readonly libraries: readonly string[];
  /** Node's own modules, except those that Node loads for an empty program. */
  readonly modules: readonly string[];
  readonly stdout: string;
}

/** Runs the packed program without a store, or with one that has a connection. Returns what it loads. */
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

/** Returns the package's files that Node lists as loaded, including ES modules. */
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

/** Returns a built file with everything it imports statically. */
function withImports(file: string, found = new Set<string>()): readonly string[] {
  const output = packed.outputs.find((one) => one.file === file);
  if (output === undefined || found.has(file)) return [];
  found.add(file);
  for (const path of output.imports) withImports(path, found);
  return [...found].map((each) => `dist/${each}`);
}

/** Returns the launcher, the main file, and a command's file with everything it imports statically. */
const rootAnd = (file: string): readonly string[] => [...new Set([...root, ...withImports(file)])].sort();

const root = ['bin/ottokit-tiktok.cjs', 'dist/main.cjs'];
/** Commander parses the command line. */
const librariesOfRoot = ['commander'];
/** We use `os` to find directories, and commander uses `process`. On Windows, output goes through a stream. */
const modulesOfRoot = ['os', 'process', ...(process.platform === 'win32' ? ['stream', 'net', 'tty'] : [])];
const modulesOfStore = [
  // Decryption uses `crypto`, which loads streams.
  ...['crypto', 'stream', 'string_decoder'],
  // Reading files uses `fs/promises`, which loads the promise version of streams.
  ...['fs/promises', 'stream/promises'],
  // Secrets hide themselves from `inspect`.
  'util',
  // The wait message during key derivation goes to stderr, which is a pipe here.
  ...['net', 'diagnostics_channel'],
];

describe('at startup,', () => {
  test('--version loads only the launcher', async () => {
    const loaded = await loadedBy('--version');
    expect(loaded.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(loaded).toMatchObject({ files: ['bin/ottokit-tiktok.cjs'], libraries: [], modules: [] });
  });

  test.for(['--help', 'connect --help', 'scopes', 'scopes --json', 'scopes --ids'])(
    '%s loads only the launcher, the main file and the command-line parser',
    async (line) => {
      const loaded = await loadedBy(line);
      expect(loaded).toMatchObject({ files: root, libraries: librariesOfRoot });
      expect(unexpectedModules(loaded, modulesOfRoot)).toEqual([]);
    },
  );

  test.for<[string, string]>([
    ['status', 'lazy/status.cjs'],
    ['status --json', 'lazy/status.cjs'],
    ['token', 'lazy/token.cjs'],
    ['scopes', 'lazy/store.cjs'],
  ])('%s with a connected shop also loads the code that opens the store', async ([line, command]) => {
    const loaded = await loadedBy(line, 'connected');
    expect(loaded.files).toEqual(rootAnd(command));
    expect(loaded.libraries).toEqual(librariesOfRoot);
    expect(unexpectedModules(loaded, [...modulesOfRoot, ...modulesOfStore])).toEqual([]);
  });

  test('token loads only its own file and one that most commands share', async () => {
    const { files } = await loadedBy('token', 'connected');
    const lazy = files.filter((file) => !root.includes(file));
    expect(lazy).toEqual(['dist/lazy/store.cjs', 'dist/lazy/token.cjs']);
  });

  test('the code for databases is in one file', () => {
    const files = packed.outputs.filter(({ sources }) =>
      sources.some((path) => path.startsWith('src/store/postgres/')),
    );
    expect(files.map(({ file }) => file)).toEqual(['lazy/postgres-store.cjs']);
  });

  test('the command-line parser’s modules are written so that V8 parses them only once', async () => {
    const main = await readFile(join(packed.directory, 'dist/main.cjs'), 'utf8');
    expect(new Set(main.match(/__commonJSMin\(\(.{8}/g))).toEqual(new Set(['__commonJSMin((function']));
  });

  test('completion also loads the shell scripts and doctor’s checks', async () => {
    const loaded = await loadedBy('completion bash');
    expect(loaded.files).toEqual(rootAnd('lazy/completion.cjs'));
    // The names of the checks come from the checks themselves, which validate TikTok Shop's responses with valibot.
    expect(loaded.libraries).toEqual([...librariesOfRoot, 'valibot']);
  });
});

function unexpectedModules({ modules }: Loaded, expected: readonly string[]): readonly string[] {
  return modules.filter((name) => !expected.includes(name));
}
