import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));

const wanted = `
export { openStore } from './src/store/open-store.ts';
export { Secret } from './src/ground/secret.ts';
export { startSimulator } from './test/simulator/simulator.ts';
`;

/** What the benchmark uses of the sources, which Node 20 cannot load as they are. */
export async function loadSources(place) {
  const outfile = join(place, 'sources.mjs');
  await build({
    stdin: { contents: wanted, resolveDir: root },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['@napi-rs/keyring'],
    logLevel: 'error',
    banner: { js: "import { createRequire as c } from 'node:module';const require = c(import.meta.url);" },
  });
  return await import(pathToFileURL(outfile).href);
}
