import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from './median.mjs';

/** The time, packages and size of installing the tarball, with and without the optional keychain package. */
export function installs({ tarball, place }) {
  const alone = [0, 1, 2].map((round) =>
    install(tarball, join(place, 'install', `alone-${round}`), ['--omit=optional']),
  );
  const whole = [0, 1, 2].map((round) => install(tarball, join(place, 'install', `whole-${round}`), []));
  return {
    packed: statSync(tarball).size / 1000,
    alone: { ...alone[0], seconds: median(alone.map(({ seconds }) => seconds)) },
    whole: { ...whole[0], seconds: median(whole.map(({ seconds }) => seconds)) },
  };
}

function install(tarball, directory, flags) {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), '{ "private": true }\n');
  const started = performance.now();
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...flags, tarball], {
    cwd: directory,
    stdio: 'ignore',
  });
  return { seconds: (performance.now() - started) / 1000, ...contentsOf(join(directory, 'node_modules')) };
}

/** The number of packages and their size in MB. */
export function contentsOf(modules) {
  const entries = readdirSync(modules, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const packages = paths.filter((path) => /node_modules[\\/](@[^\\/]+[\\/])?[^\\/@.]+[\\/]package\.json$/.test(path));
  return { packages: packages.length, megabytes: paths.reduce((sum, path) => sum + statSync(path).size, 0) / 1e6 };
}
