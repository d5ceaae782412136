import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export interface Program {
  /** `lingered`: how long open handles kept the process alive after its work, in milliseconds. */
  run(
    given: readonly string[],
    env: Record<string, string>,
    flags?: readonly string[],
  ): Promise<{ outcome: unknown; lingered: number }>;
  readonly file: string;
  remove(): Promise<void>;
}

/** Bundles the worker as a separate program, because Node reads its environment only when it starts. */
export async function buildWorker(): Promise<Program> {
  const directory = await mkdtemp(join(tmpdir(), 'ottokit-tiktok-worker-'));
  const outfile = join(directory, 'worker.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('worker.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  return {
    run: async (given, env, flags = []) => {
      const { stdout } = await promisify(execFile)(process.execPath, [...flags, outfile, ...given], { env });
      return JSON.parse(stdout) as { outcome: unknown; lingered: number };
    },
    file: outfile,
    remove: () => rm(directory, { recursive: true }),
  };
}
