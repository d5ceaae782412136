import { execFile } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { npmCommand } from '../tools/npm-command.mjs';

const started = promisify(execFile);

/** The package managers other than npm, which come from npm's registry in exactly these versions. */
const tools = ['pnpm@12.21.0', 'yarn@1.22.22', '@yarnpkg/cli-dist@4.18.1'];

export interface Installation {
  /** How the program is started: an executable and its first arguments. */
  readonly command: readonly [string, ...string[]];
  readonly directory: string;
}

type Install = (to: Target) => Promise<Installation>;

export interface Target {
  readonly directory: string;
  readonly tarball: string;
  /** The executable of the Node version that installs and runs the program. */
  readonly node: string;
  /** The directory that was given to `fetchTools`. */
  readonly toolsDirectory: string;
}

/** Installs the package managers and the given versions of Node in the directory's node_modules. */
export async function fetchTools(directory: string, nodes: readonly string[]): Promise<void> {
  // The builds for Windows are named `win`, as on Node's download page.
  const kind = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const versions = nodes.map((version) => `node-${version}@npm:node-${kind}@${version}`);
  await emptyProject(directory);
  const [npm, ...first] = npmCommand;
  await started(npm, [...first, 'install', '--ignore-scripts', '--no-audit', '--no-fund', ...tools, ...versions], {
    cwd: directory,
  });
}

export const nodeIn = (toolsDirectory: string, version: string): string =>
  join(toolsDirectory, 'node_modules', `node-${version}`, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

export const installers: Readonly<Record<string, Install>> = {
  npm: (to) => withNpm(to, []),
  'npm --omit=optional': (to) => withNpm(to, ['--omit=optional']),
  pnpm: async (to) => {
    const script = join(to.toolsDirectory, 'node_modules/pnpm/bin/pnpm.mjs');
    await install(to, [to.node, script, 'add', '--store-dir', join(to.directory, '.store'), to.tarball]);
    return inBin(to);
  },
  yarn: async (to) => {
    const script = join(to.toolsDirectory, 'node_modules/yarn/bin/yarn.js');
    await install(to, [to.node, script, 'add', '--cache-folder', join(to.directory, '.cache'), to.tarball]);
    return inBin(to);
  },
  // It doesn't unpack packages: the program is read from a ZIP file.
  'yarn with Plug’n’Play': async (to) => {
    const script = join(to.toolsDirectory, 'node_modules/@yarnpkg/cli-dist/bin/yarn.js');
    await install(to, [to.node, script, 'add', to.tarball]);
    return { directory: to.directory, command: [to.node, script, 'ottokit-tiktok'] };
  },
};

async function withNpm(to: Target, flags: readonly string[]): Promise<Installation> {
  await install(to, [...npmCommand, 'install', '--no-audit', '--no-fund', ...flags, to.tarball]);
  return inBin(to);
}

const inBin = ({ directory }: Target): Installation => ({
  directory,
  command: [join(directory, 'node_modules/.bin/ottokit-tiktok')],
});

async function install({ directory, node }: Target, [program, ...args]: [string, ...string[]]): Promise<void> {
  await emptyProject(directory);
  const env = { ...process.env, PATH: pathWith(node), YARN_GLOBAL_FOLDER: join(directory, '.yarn-global') };
  await started(program, args, { cwd: directory, env });
}

/** The PATH with this Node's directory first. */
export const pathWith = (node: string): string => [dirname(node), process.env['PATH'] ?? ''].join(delimiter);

async function emptyProject(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'package.json'), '{ "name": "somebody", "private": true }\n');
  await writeFile(join(directory, 'yarn.lock'), '');
}

/** Returns the names of the packages in a directory's node_modules, sorted. */
export async function packagesIn(directory: string): Promise<readonly string[]> {
  const names = (await readdir(join(directory, 'node_modules'))).filter((name) => !name.startsWith('.'));
  const scoped = names.filter((name) => name.startsWith('@'));
  const inScopes = await Promise.all(
    scoped.map(async (scope) =>
      (await readdir(join(directory, 'node_modules', scope))).map((name) => `${scope}/${name}`),
    ),
  );
  return [...names.filter((name) => !scoped.includes(name)), ...inScopes.flat()].sort();
}
