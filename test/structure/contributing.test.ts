import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const map = readFileSync(join(root, '.github/CONTRIBUTING.md'), 'utf8');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };

/** Everything in backticks that looks like a path from the top of the repository. */
const paths = [...map.matchAll(/`((?:bin|src|test|\.github)\/[\w./-]*)`/g)].map(([, path]) => path ?? '');

test('every path in the contributors’ map exists', () => {
  expect(paths.length).toBeGreaterThan(30);
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test('the map names every folder of the program', () => {
  const folders = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => `src/${name}/`).filter((folder) => !paths.includes(folder))).toEqual([]);
});

test('every npm script in the map exists', () => {
  const named = [...map.matchAll(/`npm (?:run ([\w:]+)|(test))`/g)].map(([, script, own]) => script ?? own ?? '');
  expect(named.length).toBeGreaterThan(4);
  expect(named.filter((script) => !(script in scripts))).toEqual([]);
});

test('the map can be read in two minutes', () => {
  expect(map.split('\n').length).toBeLessThanOrEqual(120);
});
