// Runs the benchmark. Node 20 can't load TypeScript, so this bundles it first.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

process.chdir(fileURLToPath(new URL('../..', import.meta.url)));
const outdir = 'node_modules/.cache/bench';
await build({
  entryPoints: ['test/bench/bench.ts', 'test/store/postgres/fleet-worker.ts'],
  outdir,
  outbase: 'test',
  bundle: true,
  platform: 'node',
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  packages: 'external',
  logLevel: 'error',
});
await import(new URL(`../../${outdir}/bench/bench.mjs`, import.meta.url).href);
