import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { After } from '../journeys/machine.ts';

/** A small disk of the test's own. */
export interface Disk {
  /** Writes until nothing more fits, then gives this many bytes back. */
  fill(leaving?: number): void;
  /** Takes back all that `fill` wrote. */
  empty(): void;
  setReadOnly(readOnly: boolean): void;
}

const page = 4_096;
const size = 64 * page;

/** Why no disk can be mounted here. */
export const disksLack = ((): string | undefined => {
  const place = mkdtempSync(join(tmpdir(), 'ottokit-mount-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', place]).status === 0;
  if (mounted) execFileSync('umount', [place]);
  rmSync(place, { recursive: true });
  return mounted ? undefined : 'nothing can be mounted here (it takes root)';
})();

/** Mounts an empty disk of 256 KiB at this path until the test ends. */
export function mountDisk(after: After, path: string): Disk {
  mkdirSync(path, { recursive: true });
  const mount = (...options: string[]): void => void execFileSync('mount', ['-o', options.join(','), 'tmpfs', path]);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${String(size)},mode=700`, 'tmpfs', path]);
  after(() => void execFileSync('umount', ['--lazy', path]));
  // Beside the store's own files, by a name like theirs.
  const ballast = join(path, 'connections.ballast');
  return {
    fill(leaving = 0) {
      const file = openSync(ballast, 'a');
      const block = Buffer.alloc(page, 'x');
      try {
        for (;;) writeSync(file, block);
      } catch {
        // Full.
      }
      closeSync(file);
      if (leaving > 0) execFileSync('truncate', ['--size', `-${String(leaving)}`, ballast]);
    },
    empty() {
      rmSync(ballast, { force: true });
    },
    setReadOnly(readOnly) {
      mount('remount', readOnly ? 'ro' : 'rw');
    },
  };
}

/** Makes a file a mount of its own until the test ends, as a container does with a file that it is handed. */
export function mountFile(after: After, path: string): void {
  execFileSync('mount', ['--bind', path, path]);
  after(() => void execFileSync('umount', ['--lazy', path]));
}
