// Builds dist/: a CommonJS root with everything that start-up needs, and beside it, as ES modules, what only some
// commands load. A CommonJS root starts faster than an ES one; lazy chunks keep the libraries of one command out of the
// start of another.
import { chmod, copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const lazyRoots = new Set();

/** Every `import()` in the root becomes one of a file of its own under lazy/. */
const lazyImports = {
  name: 'lazy-imports',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\// }, ({ kind, path, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined;
      const source = relative(join(root, 'src'), join(resolveDir, path));
      lazyRoots.add(source);
      return { path: `./lazy/${source.replace(/\.ts$/, '.mjs')}`, external: true };
    });
  },
};

/** Parts of libraries that nothing here reaches, and that would load much of Node at every start. */
const leftOut = [
  // The colour level is always given, so chalk need not look at the terminal.
  { from: 'chalk', path: '#supports-color', contents: 'export default { stdout: false, stderr: false };' },
  // Commander starts programs for subcommands that are files of their own, and there are none.
  { from: 'commander', path: 'node:child_process', contents: 'module.exports = {};' },
];

const leaveOut = {
  name: 'leave-out',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(#supports-color|node:child_process)$/ }, ({ path, importer }) => {
      const found = leftOut.find((part) => part.path === path && importer.includes(`/node_modules/${part.from}/`));
      return found === undefined ? undefined : { path: found.path, namespace: 'left-out', pluginData: found.contents };
    });
    onLoad({ filter: /./, namespace: 'left-out' }, ({ pluginData }) => ({ contents: pluginData }));
  },
};

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  // Names stay, so that `--debug` shows where an error came from.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'warning',
  external: ['@napi-rs/keyring'],
  metafile: true,
};

await rm(dist, { recursive: true, force: true });
const rootBuild = await build({
  ...common,
  entryPoints: ['src/main.ts'],
  outfile: 'dist/main.cjs',
  format: 'cjs',
  plugins: [lazyImports, leaveOut],
});
const lazyBuild = await build({
  ...common,
  entryPoints: [...lazyRoots].sort().map((source) => join('src', source)),
  outdir: 'dist/lazy',
  outbase: 'src',
  outExtension: { '.js': '.mjs' },
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  splitting: true,
  // Bundled CommonJS libraries call `require` for Node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);",
  },
});

await copyOpener();
await writeLicences([rootBuild.metafile, lazyBuild.metafile]);

/** `open` starts this script on Linux and looks for it beside the file that it was bundled into. */
async function copyOpener() {
  const bundledInto = Object.entries(lazyBuild.metafile.outputs).filter(([, { inputs }]) =>
    Object.keys(inputs).some((input) => input.endsWith('node_modules/open/index.js')),
  );
  for (const [output] of bundledInto) {
    const script = join(root, dirname(output), 'xdg-open');
    await copyFile(join(root, 'node_modules/open/xdg-open'), script);
    await chmod(script, 0o755);
  }
}

/** The licences of every library in the bundle, as they ask for. */
async function writeLicences(metafiles) {
  const names = new Set();
  for (const { inputs } of metafiles) {
    for (const input of Object.keys(inputs)) {
      const found = /^node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(input);
      const nested = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
      if (nested !== null) names.add(input.slice(0, nested[0].length - 1));
      else if (found !== null) names.add(join('node_modules', found[1]));
    }
  }
  const texts = [];
  for (const directory of [...names].sort()) {
    const { name, version, license } = JSON.parse(await readFile(join(root, directory, 'package.json'), 'utf8'));
    const file = (await readdir(join(root, directory))).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file === undefined ? `Licence: ${license}` : await readFile(join(root, directory, file), 'utf8');
    texts.push(`${name} ${version}\n\n${text.trim()}\n`);
  }
  await writeFile(join(dist, 'LICENCES.txt'), texts.join(`\n${'-'.repeat(80)}\n\n`));
}
