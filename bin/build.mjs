// Builds dist/: main.cjs with everything that start-up needs, and lazy/ with what only some commands load. All of it is
// CommonJS, which starts faster than ES modules.
//
//   node bin/build.mjs [--out DIRECTORY] [--meta FILE]
//
// `--meta` writes down which sources went into which file, and which files each of them loads at once.
import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { rolldown } from 'rolldown';
import { copyOpener, writeLicenses } from './bundled-files.mjs';
import { leaveOut } from './leave-out.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What most commands load to open the store: as one file, because ten small ones take 1 ms longer. */
const storeParts =
  /^(store\/|ground\/(secret|process-identity|wait-message)|commands\/open-store|connection\/ends-soon|output\/words)/;
/** The parts of the store that the start needs, or only some commands. */
const apart =
  /^store\/(backends|postgres|file\/(format-1|owner|store-paths)|keys\/keychain-process|model\/profile-name)/;

function opensStore(module) {
  const source = relative(join(root, 'src'), module).replaceAll('\\', '/');
  return storeParts.test(source) && !apart.test(source);
}

const { values } = parseArgs({ options: { out: { type: 'string' }, meta: { type: 'string' } } });

if (values.out === undefined) {
  // Someone who runs the program meanwhile gets all of the last build or all of this one.
  const staging = join(root, 'node_modules', `.building-${process.pid}`);
  const dist = join(root, 'dist');
  try {
    await buildInto(join(staging, 'new'));
    if (existsSync(dist)) await rename(dist, join(staging, 'old'));
    await rename(join(staging, 'new'), dist);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
} else {
  await rm(resolve(values.out), { recursive: true, force: true });
  await buildInto(resolve(values.out));
}

async function buildInto(out) {
  const bundle = await rolldown({
    cwd: root,
    input: { main: 'src/main.ts' },
    platform: 'node',
    preserveEntrySignatures: 'allow-extension',
    external: ['@napi-rs/keyring'],
    plugins: [leaveOut],
    transform: { target: 'node20.19' },
    // Some commands import at the start what others load later.
    checks: { ineffectiveDynamicImport: false },
    // Otherwise V8 would compile every library as soon as its file is loaded.
    optimization: { pifeForModuleWrappers: false },
  });
  const { output } = await bundle.write({
    dir: out,
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: 'lazy/[name].cjs',
    codeSplitting: {
      groups: [{ name: 'store', test: opensStore, minShareCount: 5, includeDependenciesRecursively: false }],
    },
    comments: { legal: true, annotation: false, jsdoc: false },
    // Function names stay, so that `--debug` shows where an error came from.
    minify: { compress: true, mangle: { toplevel: false }, codegen: { removeWhitespace: true } },
  });
  const files = output.map(({ fileName, imports, modules }) => ({
    file: fileName,
    imports,
    sources: Object.keys(modules).map((module) => relative(root, module).replaceAll('\\', '/')),
  }));
  await copyOpener(root, out, files);
  await writeLicenses(root, join(out, 'LICENSES.txt'), files);
  if (values.meta !== undefined) await writeFile(values.meta, JSON.stringify(files, null, 2));
}
