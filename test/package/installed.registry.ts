import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ended, type Run } from './ended.ts';
import { fetchTools, installers, nodeIn, packagesIn, pathWith, type Installation } from './installers.ts';
import { neededScopes } from '../../src/scopes/catalog.ts';
import { packProgram, type Packed } from './packed.ts';
import { homeVariables } from '../journeys/machine.ts';

// These tests use npm's registry for the optional package, the other package managers and the other versions of Node.
const supported = ['20', '22', '24', '26'];
/** Node 16 was the first version with a build for Apple silicon. */
const tooOld = process.platform === 'darwin' && process.arch === 'arm64' ? ['18'] : ['12', '18'];

let packed: Packed;
let place: string;
let toolsDirectory: string;
beforeAll(async () => {
  packed = await packProgram();
  place = dirname(packed.tarball);
  toolsDirectory = join(place, 'tools');
  await fetchTools(toolsDirectory, [...supported, ...tooOld]);
}, 300_000);
afterAll(() => packed.remove());

/** Runs an installed program with this Node and a separate home. */
async function run({ command, directory }: Installation, node: string, args: readonly string[]): Promise<Run> {
  const [home, temporary] = [join(directory, '.home'), join(directory, '.tmp')];
  await Promise.all([mkdir(home, { recursive: true }), mkdir(temporary, { recursive: true })]);
  const env = { PATH: pathWith(node), ...homeVariables(home, temporary), LANG: 'C.UTF-8' };
  return await ended([...command, ...args], { cwd: directory, env });
}

async function expectToWork(installation: Installation, node: string): Promise<void> {
  const version = await run(installation, node, ['--version']);
  expect(version, version.stderr).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
  });
  const help = await run(installation, node, ['--help']);
  expect(help.stdout).toContain('Usage: ottokit-tiktok');
  const scopes = await run(installation, node, ['scopes', '--ids']);
  expect(scopes.stdout).toBe(`${neededScopes.map(({ id }) => id).join(',')}\n`);

  const doctor = await run(installation, node, ['doctor', '--offline', '--json']);
  const { status, checks } = JSON.parse(doctor.stdout) as { status: string; checks: { id: string; status: string }[] };
  expect(doctor.exitCode).toBe(status === 'fail' ? 1 : 0);
  expect(checks.find(({ id }) => id === 'node')?.status).not.toBe('fail');

  const demo = await run(installation, node, ['connect', '--demo', '--json']);
  expect(demo.exitCode, demo.stderr).toBe(0);
  expect(JSON.parse(demo.stdout)).toMatchObject({ demo: true, scopes: { missing: [] } });
  expect(await readdir(join(installation.directory, '.tmp'))).toEqual([]);
}

describe.for(supported)('on Node %s', (version) => {
  test.concurrent.for(Object.keys(installers))('the program installed by %s works', async (name) => {
    const node = nodeIn(toolsDirectory, version);
    const directory = join(place, `${version}-${name.replaceAll(/\W+/g, '-')}`);
    const installation = await installers[name]?.({ directory, tarball: packed.tarball, node, toolsDirectory });
    if (installation === undefined) throw new Error(`there is no installer ${name}`);
    await expectToWork(installation, node);
  });

  test('the program runs with npx, without being installed', async () => {
    const node = nodeIn(toolsDirectory, version);
    const directory = join(place, `${version}-npx`);
    await mkdir(directory);
    const env = { ...process.env, PATH: pathWith(node) };
    const args = ['--yes', `--package=${packed.tarball}`, 'ottokit-tiktok', 'connect', '--demo', '--json'];
    const { stdout } = await promisify(execFile)('npx', args, { cwd: directory, env });
    expect(JSON.parse(stdout)).toMatchObject({ demo: true });
  });
});

test('npm installs one package with --omit=optional, and otherwise also the keychain’s and its build for the system', async () => {
  const at = { tarball: packed.tarball, node: process.execPath, toolsDirectory };
  const alone = await installers['npm --omit=optional']?.({ ...at, directory: join(place, 'alone') });
  expect(await packagesIn(alone?.directory ?? '')).toEqual(['ottokit-tiktok']);
  const whole = await installers['npm']?.({ ...at, directory: join(place, 'whole') });
  expect(await packagesIn(whole?.directory ?? '')).toEqual([
    '@napi-rs/keyring',
    expect.stringMatching(/^@napi-rs\/keyring-\w+-\w+(-\w+)?$/),
    'ottokit-tiktok',
  ]);
});

test.for(tooOld)('on Node %s, the program says in one sentence which versions it needs', async (version) => {
  const installation = { directory: packed.directory, command: [packed.launcher] } as const;
  const { exitCode, stdout, stderr } = await run(installation, nodeIn(toolsDirectory, version), ['connect']);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toMatch(/^ottokit-tiktok needs Node\.js 20\.19, 22\.13, or 24 and later; this is \d+\.\d+\.\d+\.\n/);
});
