import { readFile, stat } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { join, posix } from 'node:path';
import { expect, test } from 'vitest';
import { librariesIn, packProgram, type Packed } from './packed.ts';
import { missingPrograms } from '../store/keys/keychain/programs.ts';
import { noModes, onWindows, prepareUnless } from '../tools/systems.ts';

let packed: Packed;
prepareUnless(missingPrograms('tar'), async () => {
  packed = await packProgram();
  return () => packed.remove();
});

const textOf = (file: string): Promise<string> => readFile(join(packed.directory, file), 'utf8');
const manifest = async (): Promise<Record<string, unknown>> =>
  JSON.parse(await textOf('package.json')) as Record<string, unknown>;

test('the package contains only the program, its licenses and the files that npm always adds', () => {
  const rest = packed.files.filter((file) => !/^dist\/lazy\/.+\.cjs$/.test(file));
  expect(rest).toEqual([
    'LICENSE',
    'README.md',
    'bin/ottokit-tiktok.cjs',
    'dist/LICENSES.txt',
    'dist/lazy/xdg-open',
    'dist/main.cjs',
    'package.json',
  ]);
  const built = packed.outputs.map(({ file }) => `dist/${file}`);
  expect(packed.files.filter((file) => /^dist\/.*\.cjs$/.test(file))).toEqual(built.sort());
});

test('the package weighs at most 480 KB', async () => {
  expect((await stat(packed.tarball)).size).toBeLessThanOrEqual(480_000);
});

test('the launcher and the script that opens the browser on Linux are executable', async ({ skip }) => {
  skip(onWindows, noModes);
  for (const file of ['bin/ottokit-tiktok.cjs', 'dist/lazy/xdg-open']) {
    expect((await stat(join(packed.directory, file))).mode & 0o111, file).toBe(0o111);
  }
});

test('the script that opens the browser is beside the file that looks for it', () => {
  const holders = packed.outputs.filter((output) => librariesIn(output).includes('open'));
  expect(holders.map(({ file }) => posix.dirname(file))).toEqual(['lazy']);
});

test('the package needs no library except the keychain’s, which is optional, and runs no script when installed', async () => {
  const { dependencies, peerDependencies, optionalDependencies, scripts } = await manifest();
  expect({ dependencies, peerDependencies }).toEqual({});
  expect(optionalDependencies).toEqual({ '@napi-rs/keyring': expect.stringMatching(/^\d+\.\d+\.\d+$/) as string });
  const run = Object.keys(scripts as object).filter((name) => /^(pre|post)?install$/.test(name));
  expect(run).toEqual([]);
});

/** The keychain's library, and a module of newer versions of Node that undici looks for. */
const optional = new Set(['@napi-rs/keyring', 'node:sqlite']);

test('everything the program imports is in the package, part of Node, or optional', async () => {
  const builtins = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));
  const lost: string[] = [];
  for (const { file } of packed.outputs) {
    for (const specifier of importsIn(await textOf(`dist/${file}`))) {
      const target = posix.join('dist', posix.dirname(file), specifier);
      const known = specifier.startsWith('.') ? packed.files.includes(target) : builtins.has(specifier);
      if (!known && !optional.has(specifier)) lost.push(`${file}: ${specifier}`);
    }
  }
  expect(lost).toEqual([]);
});

/** Returns the modules that a built file imports or requires by a literal name. */
function importsIn(text: string): readonly string[] {
  const wanted = /(?:\bfrom|\bimport|\bimport\(|\brequire\()\s*["'`]((?:\.{1,2}\/|node:|@napi-rs)[^"'`\s]*)["'`]/g;
  return [...text.matchAll(wanted)].map(([, specifier = '']) => specifier);
}

test('there are no source maps, and no file contains the path it was built in', async () => {
  for (const file of packed.files.filter((name) => name.startsWith('dist/'))) {
    const text = await textOf(file);
    expect(text.includes('sourceMappingURL'), file).toBe(false);
    expect(text.includes(process.cwd()), file).toBe(false);
  }
});

test('the license of every bundled library is in the package', async () => {
  const licenses = await textOf('dist/LICENSES.txt');
  const sections = licenses.split(`\n\n${'-'.repeat(80)}\n\n`);
  const titles = sections.map((section) => section.split('\n')[0]?.replace(/ \d.*$/, ''));
  const libraries = new Set(packed.outputs.flatMap(librariesIn));
  expect(libraries.size).toBeGreaterThan(10);
  for (const library of libraries) {
    const section = sections[titles.indexOf(library)] ?? '';
    expect(section, library).toMatch(/permission|apache license/i);
  }
});

test('package.json and the README name the same Node versions', async () => {
  const { engines } = await manifest();
  expect(engines).toEqual({ node: '^20.19.0 || ^22.13.0 || >=24.0.0' });
  expect(await textOf('README.md')).toMatch(/Node\.js 20\.19, 22\.13, or 24 and later/);
});
