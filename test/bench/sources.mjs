import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));

const wanted = `
export { openStore } from './src/store/open-store.ts';
export { Secret } from './src/ground/secret.ts';
export { startSimulator } from './test/simulator/simulator.ts';
export { copyMachine, fill, passphrase } from './test/store/postgres/fleet.ts';
export { namespaceWith } from './test/store/postgres/namespaces.ts';
export { startServer } from './test/store/postgres/server.ts';
export { startShop } from './test/store/postgres/shop.ts';
`;

/** The parts of the sources that the benchmark uses, bundled because Node 20 can't load TypeScript. */
export async function loadSources(place) {
  return await import(pathToFileURL(await bundle(place, 'sources.mjs', wanted)).href);
}

/** A program from these sources, for Node to run. */
export async function bundle(place, name, contents) {
  const outfile = join(place, name);
  await build({
    stdin: { contents, resolveDir: root },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['@napi-rs/keyring'],
    logLevel: 'error',
    banner: { js: "import { createRequire as c } from 'node:module';const require = c(import.meta.url);" },
  });
  return outfile;
}
