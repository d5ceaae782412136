// Builds dist/: a CommonJS root with everything that start-up needs, and beside it what only some commands load. What
// scripts call often is CommonJS too, a file for each; the rest are ES modules that share chunks. CommonJS starts faster,
// and lazy files keep the libraries of one command out of the start of another.
//
//   node bin/build.mjs [--out DIRECTORY] [--meta FILE]
//
// `--meta` writes down what went into which file, as esbuild reports it.
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { leaveOut, lazyImports } from './build-plugins.mjs';
import { copyOpener, writeLicences } from './bundled-files.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
/** Commands that scripts call often, and what they have in common with `scopes`. */
const quickCommands = ['commands/status.ts', 'commands/token.ts', 'commands/stored-connection.ts'];
/** What they load only for a store in a database. */
const quickDatabase = ['store/postgres/postgres-store.ts'];
const quick = [...quickCommands, ...quickDatabase];
const { values } = parseArgs({ options: { out: { type: 'string' }, meta: { type: 'string' } } });

if (values.out === undefined) {
  // Whoever runs the program meanwhile finds all of the last build or all of this one.
  const staging = join(root, 'node_modules', `.building-${process.pid}`);
  try {
    await buildInto(staging);
    await putInPlace(staging, join(root, 'dist'));
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
} else {
  await rm(resolve(values.out), { recursive: true, force: true });
  await buildInto(resolve(values.out));
}

async function buildInto(out) {
  const common = {
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    // Names stay, so that `--debug` shows where an error came from.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'external',
    logLevel: 'warning',
    external: ['@napi-rs/keyring'],
    metafile: true,
  };
  const found = new Set();
  const commonJs = { ...common, format: 'cjs', define: { 'import.meta.url': '__importMetaUrl' } };
  const lazily = (directory) => lazyImports({ src: join(root, 'src'), directory, quick, found });
  const start = await build({
    ...commonJs,
    entryPoints: ['src/main.ts'],
    outfile: join(out, 'main.cjs'),
    plugins: [lazily('.'), leaveOut],
  });
  const buildQuick = (sources, directory) =>
    build({
      ...commonJs,
      entryPoints: sources.map((source) => join('src', source)),
      outdir: join(out, 'lazy'),
      outbase: 'src',
      outExtension: { '.js': '.cjs' },
      banner: { js: "const __importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
      plugins: [lazily(directory)],
    });
  const often = await buildQuick(quickCommands, 'lazy/commands');
  const database = await buildQuick(quickDatabase, 'lazy/store/postgres');
  const lazy = await build({
    ...common,
    entryPoints: [...found]
      .filter((source) => !quick.includes(source))
      .sort()
      .map((source) => join('src', source)),
    outdir: join(out, 'lazy'),
    outbase: 'src',
    outExtension: { '.js': '.mjs' },
    plugins: [leaveOut],
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
    splitting: true,
    // Bundled CommonJS libraries call `require` for Node's own modules.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);",
    },
  });
  const outputs = {
    ...start.metafile.outputs,
    ...often.metafile.outputs,
    ...database.metafile.outputs,
    ...lazy.metafile.outputs,
  };
  await copyOpener(root, outputs);
  await writeLicences(root, outputs, join(out, 'LICENCES.txt'));
  if (values.meta !== undefined) await writeMeta(resolve(values.meta), out, outputs);
}

/** The outputs by their path in the build. */
async function writeMeta(file, out, outputs) {
  const byPath = Object.entries(outputs)
    .filter(([path]) => !path.endsWith('.LEGAL.txt'))
    .map(([path, output]) => [relative(out, join(root, path)), output]);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(Object.fromEntries(byPath), null, 2));
}

/** A directory cannot be renamed over another one, and another build may be doing the same. */
async function putInPlace(staging, dist) {
  for (let attempt = 1; ; attempt += 1) {
    const old = `${staging}-old-${attempt}`;
    await rename(dist, old).catch(unless('ENOENT'));
    await rm(old, { recursive: true, force: true });
    const inTheWay = await rename(staging, dist).then(() => null, unless('ENOTEMPTY', 'EEXIST', 'EPERM'));
    if (inTheWay === null) return;
    if (attempt === 10) throw inTheWay;
  }
}

function unless(...codes) {
  return (error) => {
    if (!codes.includes(error.code)) throw error;
    return error;
  };
}
