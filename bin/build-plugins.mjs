import { join, relative } from 'node:path';

/**
 * Every `import()` of a source in the root becomes one of a file of its own under lazy/. `sources` fills while the root
 * is built: their paths below `src`.
 */
export function lazyImports(src) {
  const sources = new Set();
  const plugin = {
    name: 'lazy-imports',
    setup({ onResolve }) {
      onResolve({ filter: /^\.\.?\// }, ({ kind, path, resolveDir }) => {
        if (kind !== 'dynamic-import') return undefined;
        const source = relative(src, join(resolveDir, path));
        sources.add(source);
        return { path: `./lazy/${source.replace(/\.ts$/, '.mjs')}`, external: true };
      });
    },
  };
  return { plugin, sources };
}

const leftOut = [
  // The level of colour is always given, so chalk need not look at the terminal.
  { of: 'chalk', path: '#supports-color', contents: 'export default { stdout: false, stderr: false };' },
  // Commander starts programs for subcommands that are files of their own, and there are none.
  { of: 'commander', path: 'node:child_process', contents: 'module.exports = {};' },
];

/** Leaves out parts of libraries that nothing here reaches and that load much of Node at every start. */
export const leaveOut = {
  name: 'leave-out',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(#supports-color|node:child_process)$/ }, ({ path, importer }) => {
      const part = leftOut.find((each) => each.path === path && packageOf(importer) === each.of);
      return part === undefined ? undefined : { path, namespace: 'left-out', pluginData: part.contents };
    });
    onLoad({ filter: /./, namespace: 'left-out' }, ({ pluginData }) => ({ contents: pluginData }));
  },
};

/** The package that a file belongs to; `undefined` for our own. */
function packageOf(file) {
  return /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file)?.[1];
}
