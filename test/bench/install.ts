import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Measured } from './measured.ts';
import { median } from './median.ts';
import { row, type Row } from './table.ts';

/** Measures the time, packages and size of an installation, with and without the optional keychain package. */
export function installRows({ tarball, place }: Measured): readonly Row[] {
  const measure = (name: string, flags: readonly string[]) => {
    const rounds = [0, 1, 2].map((round) =>
      install(tarball, join(place, 'install', `${name}-${String(round)}`), flags),
    );
    const { packages = NaN, megabytes = NaN } = rounds[0] ?? {};
    return { packages, megabytes, seconds: median(rounds.map(({ seconds }) => seconds)) };
  };
  const alone = measure('alone', ['--omit=optional']);
  const whole = measure('whole', []);
  return [
    row('packed', statSync(tarball).size / 1000, 'KB', 480),
    row('packages installed, without the keychain’s', alone.packages, '', 1),
    row('packages installed', whole.packages, '', null),
    row('installed, without the keychain’s', alone.megabytes, 'MB', null),
    row('time to install, without the keychain’s', alone.seconds, 's', null),
    row('time to install', whole.seconds, 's', null),
  ];
}

function install(tarball: string, directory: string, flags: readonly string[]) {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), '{ "private": true }\n');
  const started = performance.now();
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...flags, tarball], {
    cwd: directory,
    stdio: 'ignore',
  });
  return { seconds: (performance.now() - started) / 1000, ...contentsOf(join(directory, 'node_modules')) };
}

/** Returns the number of packages and their size in MB. */
export function contentsOf(modules: string): { packages: number; megabytes: number } {
  const entries = readdirSync(modules, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const packages = paths.filter((path) => /node_modules[\\/](@[^\\/]+[\\/])?[^\\/@.]+[\\/]package\.json$/.test(path));
  return { packages: packages.length, megabytes: paths.reduce((sum, path) => sum + statSync(path).size, 0) / 1e6 };
}
