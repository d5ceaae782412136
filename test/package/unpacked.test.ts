import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { ended, type Run } from './ended.ts';
import { neededScopes } from '../../src/scopes/catalog.ts';
import { packProgram, type Packed } from './packed.ts';
import { missingPrograms } from '../store/keys/keychain/programs.ts';
import { prepareUnless } from '../tools/systems.ts';
import { homeVariables } from '../journeys/machine.ts';

// These tests run the unpacked tarball, which can't find any library, so they fail if the bundle lacks a module.
let packed: Packed;
let home: string;
let version: string;
prepareUnless(missingPrograms('tar'), async () => {
  packed = await packProgram();
  home = join(dirname(packed.tarball), 'home');
  const manifest = JSON.parse(await readFile(join(packed.directory, 'package.json'), 'utf8')) as { version: string };
  version = manifest.version;
  return () => packed.remove();
});

async function run(args: readonly string[], nodeArgs: readonly string[] = []): Promise<Run> {
  await mkdir(join(home, 'tmp'), { recursive: true });
  const env = { PATH: process.env['PATH'], ...homeVariables(home, join(home, 'tmp')), LANG: 'C.UTF-8' };
  return await ended([process.execPath, ...nodeArgs, packed.launcher, ...args], { cwd: home, env });
}

test('the packed program can’t find any library', () => {
  const require = createRequire(packed.launcher);
  for (const name of ['commander', 'valibot', '@napi-rs/keyring']) expect(() => require.resolve(name)).toThrow();
});

test('the packed program prints its version, its help and the scopes', async () => {
  expect(await run(['--version'])).toMatchObject({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
  expect(await run(['--help'])).toMatchObject({ exitCode: 0, stderr: '' });
  const { stdout } = await run(['scopes', '--ids']);
  expect(stdout).toBe(`${neededScopes.map(({ id }) => id).join(',')}\n`);
});

test('the packed program’s doctor works offline', async () => {
  const { stdout, exitCode } = await run(['doctor', '--offline', '--json']);
  const { status, checks } = JSON.parse(stdout) as { status: string; checks: { id: string; status: string }[] };
  expect(exitCode).toBe(status === 'fail' ? 1 : 0);
  expect(checks.find(({ id }) => id === 'node')?.status).toMatch(/^(pass|warn)$/);
});

test('the packed program’s demo ends with a verified connection and leaves nothing behind', async () => {
  const { exitCode, stdout, stderr } = await run(['connect', '--demo', '--json']);
  expect(exitCode, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ demo: true, scopes: { missing: [] } });
  expect(await readdir(join(home, 'tmp'))).toEqual([]);
});

test('the launcher has no syntax that old versions of Node can’t read, such as a comma after the last argument', async () => {
  expect(await readFile(packed.launcher, 'utf8')).not.toMatch(/,\s*\)|=>|\b(?:const|let|class)\b/);
});

test.for([
  ['18.20.8', false],
  ['20.18.3', false],
  ['20.19.0', true],
  ['21.7.3', false],
  ['22.12.0', false],
  ['22.13.0', true],
  ['23.11.0', false],
  ['24.0.0', true],
  ['26.10.0', true],
  ['100.0.0', true],
] as const)('on Node %s, the launcher starts the program: %s', async ([node, begins]) => {
  await mkdir(home, { recursive: true });
  const pretend = join(home, `node-${node}.cjs`);
  const versions = `{ ...process.versions, node: '${node}' }`;
  await writeFile(pretend, `Object.defineProperty(process, 'versions', { value: ${versions} });`);
  const { exitCode, stdout, stderr } = await run(['--version'], ['--require', pretend]);
  expect(exitCode).toBe(begins ? 0 : 1);
  const json = await run(['status', '--json'], ['--require', pretend]);
  const error = { code: 'node-unsupported', message: expect.stringContaining(node) as string };
  expect(JSON.parse(json.stdout)).toMatchObject(begins ? { profiles: [] } : { error });
  expect(json).toMatchObject({ exitCode: begins ? 0 : 1, stderr: '' });
  expect(stdout).toBe(begins ? `${version}\n` : '');
  expect(stderr).toMatch(begins ? /^$/ : new RegExp(`needs Node\\.js 20\\.19, .*this is ${node}\\.`));
});
