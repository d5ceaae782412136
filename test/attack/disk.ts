import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { After } from '../journeys/machine.ts';

/** A small disk for one test. */
export interface Disk {
  /** Writes until the disk is full, then frees this many bytes. */
  fill(leaving?: number): void;
  /** Deletes everything that `fill` wrote. */
  removeBallast(): void;
  setReadOnly(readOnly: boolean): void;
}

const page = 4_096;
const size = 64 * page;

/** Why no disk can be mounted here; undefined if one can. */
export const diskObstacle = ((): string | undefined => {
  const place = mkdtempSync(join(tmpdir(), 'ottokit-mount-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', place]).status === 0;
  if (mounted) execFileSync('umount', [place]);
  rmSync(place, { recursive: true });
  return mounted ? undefined : 'mounting a disk requires root';
})();

/** Mounts an empty disk of 256 KiB at this path until the test ends. */
export function mountDisk(after: After, path: string): Disk {
  mkdirSync(path, { recursive: true });
  const mount = (...options: string[]): void => void execFileSync('mount', ['-o', options.join(','), 'tmpfs', path]);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${String(size)},mode=700`, 'tmpfs', path]);
  after(() => void execFileSync('umount', ['--lazy', path]));
  const ballast = join(path, 'connections.ballast');
  return {
    fill(leaving = 0) {
      const file = openSync(ballast, 'a');
      const block = Buffer.alloc(page, 'x');
      try {
        for (;;) writeSync(file, block);
      } catch {
        // The disk is full.
      }
      closeSync(file);
      if (leaving > 0) execFileSync('truncate', ['--size', `-${String(leaving)}`, ballast]);
    },
    removeBallast() {
      rmSync(ballast, { force: true });
    },
    setReadOnly(readOnly) {
      mount('remount', readOnly ? 'ro' : 'rw');
    },
  };
}

/** Makes the file a separate mount until the test ends, like a file that is mounted into a container. */
export function mountFile(after: After, path: string): void {
  execFileSync('mount', ['--bind', path, path]);
  after(() => void execFileSync('umount', ['--lazy', path]));
}
