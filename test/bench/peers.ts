import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentsOf } from './install.ts';

const names = ['vercel', 'wrangler', 'firebase-tools', '@tts-open-toolkit/cli'];

/** How many earlier major versions to try if the newest can't be installed. */
const older = 8;

export interface Peer {
  /** Its name and version. */
  readonly title: string;
  readonly script: string;
  readonly note: string;
}

interface PackageJson {
  readonly version: string;
  readonly bin: string | Readonly<Record<string, string>>;
}

/** Installs the newest release of each peer that can be installed. Reports and leaves out peers that can't. */
export function installPeers(place: string): readonly Peer[] {
  return names.flatMap((name) => {
    const directory = join(place, name.replace('/', '-'));
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'package.json'), '{ "private": true }\n');
    const seconds = releasesOf(name)
      .map((version) => () => installedIn(directory, `${name}@${version}`))
      .reduce<number | null>((done, install) => done ?? install(), null);
    if (seconds === null) {
      console.error(`${name} could not be installed`);
      return [];
    }
    const home = join(directory, 'node_modules', name);
    const { version, bin } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as PackageJson;
    const script = join(home, typeof bin === 'string' ? bin : (Object.values(bin)[0] ?? ''));
    const { packages, megabytes } = contentsOf(join(directory, 'node_modules'));
    const note = `${String(packages)} packages, ${megabytes.toFixed(0)} MB, ${seconds.toFixed(0)} s to install`;
    return [{ title: `${name} ${version}`, script, note }];
  });
}

/** Returns the newest release, then the newest of each earlier major version, if npm lists them. */
function releasesOf(name: string): readonly string[] {
  try {
    const json = execFileSync('npm', ['view', name, 'versions', '--json'], { encoding: 'utf8' });
    const released = (JSON.parse(json) as string[]).filter((version) => /^[\d.]+$/.test(version));
    const newest = new Map(released.map((version) => [version.split('.')[0], version]));
    return ['latest', ...[...newest.values()].slice(-older - 1, -1).reverse()];
  } catch {
    return ['latest'];
  }
}

/** Installs a release. Returns the duration in seconds, or `null` if it can't be installed. */
function installedIn(directory: string, release: string): number | null {
  const started = performance.now();
  try {
    const args = ['install', '--no-audit', '--no-fund', '--loglevel=error', release];
    execFileSync('npm', args, { cwd: directory, stdio: 'ignore' });
    return (performance.now() - started) / 1000;
  } catch {
    return null;
  }
}
