// Runs a TypeScript file with arguments. Node 20 can't load TypeScript, so this bundles it first, and the workers too:
//
//   node run.mjs FILE.ts [WORKER.ts...] [ARGUMENT...]
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

process.chdir(fileURLToPath(new URL('../..', import.meta.url)));
const entryPoints = process.argv.slice(2).filter((name) => name.endsWith('.ts'));
process.argv.splice(2, entryPoints.length);
const outdir = 'node_modules/.cache/scripts';
await build({
  entryPoints,
  outdir,
  outbase: 'test',
  bundle: true,
  platform: 'node',
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  packages: 'external',
  logLevel: 'error',
});
const script = entryPoints[0]?.replace(/^test/, outdir).replace(/\.ts$/, '.mjs') ?? '';
await import(new URL(`../../${script}`, import.meta.url).href);
