import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentsOf } from './install.mjs';

const names = ['vercel', 'wrangler', 'firebase-tools', '@tts-open-toolkit/cli'];

/** Installs the newest release of each, from the registry that npm is set to. One that cannot be had is left out. */
export function installPeers(place) {
  return names.flatMap((name) => {
    const directory = join(place, name.replace('/', '-'));
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'package.json'), '{ "private": true }\n');
    const started = performance.now();
    try {
      execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', `${name}@latest`], {
        cwd: directory,
        stdio: 'ignore',
      });
    } catch {
      console.error(`${name} could not be installed`);
      return [];
    }
    const seconds = (performance.now() - started) / 1000;
    const home = join(directory, 'node_modules', name);
    const { version, bin } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
    const script = join(home, typeof bin === 'string' ? bin : Object.values(bin)[0]);
    return [{ title: `${name} ${version}`, script, seconds, ...contentsOf(join(directory, 'node_modules')) }];
  });
}
