// Builds the program from its sources and packs it as it would be published:
//
//   node test/package/pack.mjs DIRECTORY
//
// Writes to DIRECTORY the tarball, its contents (package/), and meta.json, which lists the sources of each built file.
// Prints the tarball's path.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npmCommand } from '../tools/npm-command.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const directory = resolve(process.argv[2] ?? '.');
const staged = join(directory, 'staged');

mkdirSync(staged, { recursive: true });
for (const part of ['package.json', 'README.md', 'LICENSE', 'bin']) {
  cpSync(join(root, part), join(staged, part), { recursive: true });
}
const build = [join(root, 'bin/build.mjs'), '--out', join(staged, 'dist'), '--meta', join(directory, 'meta.json')];
execFileSync(process.execPath, build, { stdio: ['ignore', 'ignore', 'inherit'] });

const [npm, ...first] = npmCommand;
const pack = [...first, 'pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', directory];
execFileSync(npm, pack, { cwd: staged, stdio: ['ignore', 'ignore', 'inherit'] });
const tarball = join(directory, readdirSync(directory).find((name) => name.endsWith('.tgz')) ?? '');
execFileSync('tar', ['-xzf', tarball, '-C', directory]);
process.stdout.write(`${tarball}\n`);
