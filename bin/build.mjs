// Builds dist/: main.cjs has everything that startup needs, and lazy/ has what only some commands load. All of it is
// CommonJS, which starts faster than ES modules.
//
//   node bin/build.mjs [--out DIRECTORY] [--meta FILE]
//
// `--meta` writes a list of the built files, with the sources and the static imports of each.
import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { rolldown } from 'rolldown';
import { copyOpener, writeLicenses } from './bundled-files.mjs';
import { leaveOut } from './leave-out.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The modules that most commands load. They go into one file, because ten small ones take 1 ms longer to load. */
const commonParts = [
  /^store\//,
  /^ground\/(loopback|parse-json|process-identity|secret|wait-message)/,
  /^commands\/(hosts|open-store)/,
  /^connection\/(app|authorization|fresh-token)/,
  /^tiktok\/portals/,
];
/** These stay out of that file, because startup needs them, or because only some commands do. */
const apart =
  /^store\/(backends|postgres|file\/(format-1|owner|store-paths)|keys\/keychain-process|model\/profile-name)/;

function isCommon(module) {
  const source = relative(join(root, 'src'), module).replaceAll('\\', '/');
  return commonParts.some((part) => part.test(source)) && !apart.test(source);
}

/** V8 compiles a function in parentheses when it first reads it. An arrow function would be read again when called. */
const eagerModules = {
  name: 'eager-modules',
  renderChunk: (code) => code.replace(/\(\((\(exports(, module)?\)) => \{/g, '((function$1 {'),
};

const { values } = parseArgs({ options: { out: { type: 'string' }, meta: { type: 'string' } } });

if (values.out === undefined) {
  // Replace the whole directory at once, so that nobody runs a mix of two builds.
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
    input: { main: 'src/main.ts', 'lazy/chalk': 'chalk', 'lazy/fast-string-width': 'fast-string-width' },
    platform: 'node',
    preserveEntrySignatures: 'allow-extension',
    external: ['@napi-rs/keyring', /^\.\/lazy\//],
    makeAbsoluteExternalsRelative: false,
    plugins: [leaveOut, eagerModules],
    transform: { target: 'node20.19' },
    // This would warn about modules that are imported both statically and dynamically, which is fine.
    checks: { ineffectiveDynamicImport: false },
  });
  const { output } = await bundle.write({
    dir: out,
    format: 'cjs',
    exports: 'named',
    entryFileNames: '[name].cjs',
    chunkFileNames: 'lazy/[name].cjs',
    codeSplitting: {
      groups: [{ name: 'store', test: isCommon, minShareCount: 5, includeDependenciesRecursively: false }],
    },
    comments: { legal: true, annotation: false, jsdoc: false },
    // Keep function names, so that `--debug` shows where an error came from.
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
