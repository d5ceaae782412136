import { join, posix, relative } from 'node:path';

/**
 * Every `import()` of one of our sources becomes one of a file of its own under lazy/. `quick` ones are CommonJS and are
 * required: that spares the start of Node's loader for ES modules. `found` gathers the sources of all, as paths below
 * `src`; `directory` is where the importing file will lie, seen from the build.
 */
export function lazyImports({ src, directory, quick, found }) {
  return {
    name: 'lazy-imports',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.\.?\// }, ({ kind, path, resolveDir }) => {
        if (kind !== 'dynamic-import') return undefined;
        const source = relative(src, join(resolveDir, path)).replaceAll('\\', '/');
        found.add(source);
        const isQuick = quick.includes(source);
        const built = posix.relative(directory, `lazy/${source.replace(/\.ts$/, isQuick ? '.cjs' : '.mjs')}`);
        const file = built.startsWith('.') ? built : `./${built}`;
        return isQuick ? { path: file, namespace: 'quick' } : { path: file, external: true };
      });
      // What is bundled is only this line, and esbuild runs it when the `import()` is reached.
      onLoad({ filter: /./, namespace: 'quick' }, ({ path }) => ({
        contents: `module.exports = require(${JSON.stringify(path)});`,
      }));
      onResolve({ filter: /./, namespace: 'quick' }, ({ path }) => ({ path, external: true }));
    },
  };
}

const leftOut = [
  // The level of colour is always given, so chalk need not look at the terminal.
  { of: 'chalk', path: '#supports-color', contents: 'export default { stdout: false, stderr: false };' },
  // Commander starts programs for subcommands that are files of their own, and there are none.
  { of: 'commander', path: 'node:child_process', contents: 'module.exports = {};' },
  // conf is given no schema, so it validates nothing.
  { of: 'conf', path: 'ajv/dist/2020.js', contents: 'export const Ajv2020 = null;' },
  { of: 'conf', path: 'ajv-formats', contents: 'export default null;' },
  // It would take over SIGINT and send it a second time. What it would clean up is written in one synchronous step.
  { of: 'atomically', path: 'when-exit', contents: 'export default () => undefined;' },
  // Only its client is used, without fetch, WebSocket, caches and mocks.
  {
    of: undefined,
    path: 'undici',
    contents: `
      const Client = require('undici/lib/dispatcher/client.js');
      Object.assign(Client.prototype, require('undici/lib/api/index.js'));
      module.exports = { Client };
    `,
  },
];

/** Leaves out parts of libraries that nothing here reaches and that load much of Node at every start. */
export const leaveOut = {
  name: 'leave-out',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(#supports-color|node:child_process|ajv.*|when-exit|undici)$/ }, ({ path, importer }) => {
      const part = leftOut.find((each) => each.path === path && packageOf(importer) === each.of);
      return part === undefined ? undefined : { path, namespace: 'left-out', pluginData: part.contents };
    });
    onLoad({ filter: /./, namespace: 'left-out' }, ({ pluginData }) => ({
      contents: pluginData,
      resolveDir: import.meta.dirname,
    }));
  },
};

/** The package that a file belongs to; `undefined` for our own. */
function packageOf(file) {
  return /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file)?.[1];
}
