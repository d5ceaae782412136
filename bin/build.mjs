// Builds dist/: main.cjs has everything that startup needs, and lazy/ has what only some commands load. All of it is
// CommonJS, which starts faster than ES modules.
//
//   node bin/build.mjs [--out DIRECTORY] [--meta FILE]
//
// `--meta` writes a list of the built files, with the sources and the static imports of each.
import { existsSync } from 'node:fs';
import { chmod, copyFile, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { rolldown } from 'rolldown';
import { leaveOut } from './leave-out.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Modules that most commands need but startup doesn't. Ten small files would take 1 ms longer to load than one. */
const common = [
  /^src\/store\/(?!backends|file\/store-paths|model\/profile\.)/,
  /^src\/ground\/(loopback|parse-json|process-identity|secret|wait-message)/,
  /^src\/commands\/(hosts|open-store)/,
  /^src\/connection\/(app|authorization|fresh-token)/,
  /^src\/tiktok\/portals/,
];

const isCommon = (module) => common.some((part) => part.test(sourceOf(module)));

/** Returns a module's path relative to the repository. */
const sourceOf = (module) => relative(root, module).replaceAll('\\', '/');

/** V8 compiles a function in parentheses right away. It would parse an arrow function again on the first call. */
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
    // A module may be imported both statically and dynamically.
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
    sources: Object.keys(modules).map(sourceOf),
  }));
  await copyOpener(out, files);
  await writeLicenses(join(out, 'LICENSES.txt'), files);
  if (values.meta !== undefined) await writeFile(values.meta, JSON.stringify(files, null, 2));
}

/** Copies the script that `open` runs on Linux. `open` looks for it next to its own code. */
async function copyOpener(out, files) {
  const { file } = files.find(({ sources }) => sources.includes('node_modules/open/index.js'));
  const script = join(out, dirname(file), 'xdg-open');
  await copyFile(join(root, 'node_modules/open/xdg-open'), script);
  await chmod(script, 0o755);
}

/** Writes the licenses and notices of every package in the bundle, and of the code that those packages include. */
async function writeLicenses(file, files) {
  const sources = files.flatMap((one) => one.sources);
  const packages = new Set(sources.flatMap((source) => /^node_modules\/((@[^/]+\/)?[^/]+)/.exec(source)?.[0] ?? []));
  const texts = await Promise.all([...packages].sort().map((directory) => licenseOf(join(root, directory))));
  // undici includes llhttp as WebAssembly, without its license.
  const llhttp = await readFile(new URL('llhttp-license.txt', import.meta.url), 'utf8');
  texts.push(`llhttp (in undici)\n\n${llhttp.trim()}`);
  texts.push('xdg-open (xdg-utils)\n\nIts license is at the beginning of the script.');
  await writeFile(file, `${texts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`);
}

async function licenseOf(directory) {
  const { name, version } = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'));
  const files = (await readdir(directory)).filter((entry) => /^(licen[cs]e|copying|notice)/i.test(entry)).sort();
  const texts = await Promise.all(files.map((entry) => readFile(join(directory, entry), 'utf8')));
  if (!files.some((entry) => !/^notice/i.test(entry))) texts.push(await licenseInReadme(name, directory));
  return [`${name} ${version}`, ...texts.map((text) => text.trim())].join('\n\n');
}

/** Some packages have their license only in their README, as its last section. @throws if there is none */
async function licenseInReadme(name, directory) {
  const readme = await readFile(join(directory, 'README.md'), 'utf8');
  const section = /^#+ licen[cs]e\s+([^]*)$/im.exec(readme)?.[1];
  if (section === undefined) throw new Error(`${name} comes without its license`);
  return section;
}
