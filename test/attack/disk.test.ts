import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test as baseTest, vi } from 'vitest';
import { errorOf } from '../journeys/run.ts';
import { freshJourney, shownSecrets, stateOf, type Journey } from '../journeys/journey.ts';
import { connectInProcess } from '../journeys/in-process.ts';
import type { After } from '../journeys/machine.ts';
import { diskObstacle, mountDisk, mountFile, type Disk } from './disk.ts';
import { tracingObstacle } from './trace.ts';

const test = baseTest.concurrent;

vi.setConfig({ testTimeout: 120_000 });

beforeEach(({ skip }) => {
  skip(diskObstacle !== undefined, diskObstacle);
});

/**
 * A machine whose configuration directory is a separate disk, and a shop that accepts each refresh token only once.
 */
async function onDisk(after: After): Promise<{ journey: Journey; disk: Disk; path: string }> {
  const journey = await freshJourney(after, { rotates: true });
  const { configDirectory } = journey.machine;
  return { journey, disk: mountDisk(after, configDirectory), path: join(configDirectory, 'connections') };
}

async function connectedOnDisk(after: After): Promise<Awaited<ReturnType<typeof onDisk>>> {
  const place = await onDisk(after);
  await connectInProcess(after, place.journey);
  return place;
}

const problems: readonly (readonly [string, (disk: Disk) => void, (disk: Disk) => void, RegExp])[] = [
  [
    'is full',
    (disk) => {
      disk.fill();
    },
    (disk) => {
      disk.removeBallast();
    },
    /no space left on the disk, ENOSPC/,
  ],
  [
    'has room only for the lock',
    (disk) => {
      disk.fill(4_096);
    },
    (disk) => {
      disk.removeBallast();
    },
    /no space left on the disk, ENOSPC/,
  ],
  [
    'is read-only',
    (disk) => {
      disk.setReadOnly(true);
    },
    (disk) => {
      disk.setReadOnly(false);
    },
    /the file system is read-only, EROFS/,
  ],
];

describe.each(problems)('a disk that %s', (_, breakDisk, repair, reported) => {
  test('is reported before TikTok Shop is asked for anything that could be lost', async ({ onTestFinished }) => {
    const { journey, disk, path } = await onDisk(onTestFinished);
    const { machine, shop, connect, secret } = journey;
    breakDisk(disk);

    const run = await machine.run([...connect, '--json'], { ...secret, limit: 60_000 });

    expect(run, run.stderr + run.stdout).toMatchObject({ exitCode: 1 });
    const { code, message, fix } = errorOf(run);
    expect(code).toBe('store-unwritable');
    expect(message).toMatch(reported);
    expect(message).toContain(path);
    expect(fix).toContain('OTTOKIT_TIKTOK_CONFIG_DIR');
    expect(shop.count('/open/authorize')).toBe(0);
    repair(disk);
    const again = await machine.run([...connect, '--json'], { ...secret, limit: 60_000 });
    expect(again, again.stderr + again.stdout).toMatchObject({ exitCode: 0 });
    expect(await stateOf(machine)).toBe('connected');
  });

  test('prevents a refresh, so that no token is lost', async ({ onTestFinished }) => {
    const { journey, disk, path } = await connectedOnDisk(onTestFinished);
    const { machine, shop } = journey;
    const [before, old] = [await readFile(path), await machine.run(['token'])];
    breakDisk(disk);

    const run = await machine.run(['token', '--min-validity', '10080', '--json'], { limit: 60_000 });

    expect(run, run.stderr + run.stdout).toMatchObject({ exitCode: 1 });
    expect(errorOf(run).code).toBe('store-unwritable');
    expect(errorOf(run).message).toMatch(reported);
    expect(errorOf(run).message).toContain(path);
    expect(shownSecrets(run, shop.secrets)).toEqual([]);
    expect(await readFile(path)).toEqual(before);
    expect(await machine.run(['token'])).toMatchObject({ exitCode: 0, stdout: old.stdout });
    repair(disk);
    const refreshed = await machine.run(['token', '--min-validity', '10080'], { limit: 60_000 });
    expect(refreshed, refreshed.stderr).toMatchObject({ exitCode: 0 });
    expect(refreshed.stdout).not.toBe(old.stdout);
    expect(shop.count('/api/v2/token/refresh')).toBe(1);
  });

  test('makes disconnect and store move fail, but leaves the store unchanged', async ({ onTestFinished }) => {
    const { journey, disk, path } = await connectedOnDisk(onTestFinished);
    const { machine } = journey;
    const before = await readFile(path);
    breakDisk(disk);

    const env = { OTTOKIT_TIKTOK_PASSPHRASE: 'a passphrase' };
    for (const args of [
      ['disconnect', '--yes'],
      ['store', 'move', 'passphrase'],
    ]) {
      const run = await machine.run([...args, '--json'], { env, limit: 60_000 });
      expect(run, run.stdout).toMatchObject({ exitCode: 1 });
      expect(errorOf(run).code, args.join(' ')).toBe('store-unwritable');
      expect(errorOf(run).message).toMatch(reported);
      expect(await readFile(path)).toEqual(before);
      expect(await stateOf(machine)).toBe('connected');
    }
    repair(disk);
    const moved = await machine.run(['store', 'move', 'passphrase'], { env, limit: 60_000 });
    expect(moved, moved.stderr).toMatchObject({ exitCode: 0 });
  });
});

test('new tokens are stored even if the disk fills up while TikTok Shop answers', async ({ onTestFinished }) => {
  const { journey, disk, path } = await connectedOnDisk(onTestFinished);
  const { machine, shop } = journey;
  const held = shop.hold('/api/v2/token/refresh');
  const running = machine.start(['token', '--min-validity', '10080'], { limit: 60_000 });
  await held.arrived;
  disk.fill();
  held.release();

  const run = await running.ended;

  expect(run, run.stderr).toMatchObject({ exitCode: 0 });
  expect(await machine.run(['token'])).toMatchObject({ exitCode: 0, stdout: run.stdout });
  disk.removeBallast();
  expect(await readdir(join(path, '..'))).toEqual(['connections']);
});

test('a refresh that TikTok Shop refuses leaves no reserved disk space behind', async ({ onTestFinished }) => {
  const { journey, path } = await connectedOnDisk(onTestFinished);
  journey.shop.expire();

  const run = await journey.machine.run(['token', '--min-validity', '10080'], { limit: 60_000 });

  expect(run, run.stderr).toMatchObject({ exitCode: 1 });
  expect(await readdir(join(path, '..'))).toEqual(['connections']);
});

/** Reasons why a store can't be replaced even though its directory is writable. */
const obstacles: readonly (readonly [string, (after: After, path: string) => readonly string[], RegExp])[] = [
  [
    'is a separate mount, as in a container',
    (after, path) => {
      mountFile(after, path);
      return [];
    },
    /it is in use, EBUSY/,
  ],
  [
    'is on another file system',
    () => failing('rename,renameat,renameat2', 'EXDEV'),
    /it is on another file system, EXDEV/,
  ],
];

test('a quota error that comes only when the lock file is closed, as on a network drive, leaves no lock behind', async ({
  onTestFinished,
  skip,
}) => {
  skip(tracingObstacle !== undefined, tracingObstacle);
  const { journey, path } = await connectedOnDisk(onTestFinished);
  const through = ['strace', '-f', '-o', '/dev/null', '-P', `${path}.lock`, '-e', 'inject=close:error=EDQUOT', '--'];

  const args = ['token', '--min-validity', '10080', '--json'];
  const run = await journey.machine.start(args, { limit: 60_000, through }).ended;

  expect(run, run.stdout).toMatchObject({ exitCode: 1 });
  const { code, message, fix } = errorOf(run);
  expect(code).toBe('store-unwritable');
  expect(message).toContain('disk quota reached, EDQUOT');
  expect(fix).toMatch(/^Free some space/);
  expect(await readdir(join(path, '..'))).toEqual(['connections']);
});

/** A command that runs a program in which these system calls fail. */
const failing = (calls: string, code: string): readonly string[] => [
  ...['strace', '-f', '-o', '/dev/null', '-e', `trace=${calls}`, '-e', `inject=${calls}:error=${code}`, '--'],
];

test.for(obstacles)(
  'if the store %s, the problem is reported and no token is lost',
  async ([, prepare, reported], { onTestFinished, skip }) => {
    skip(tracingObstacle !== undefined, tracingObstacle);
    const journey = await freshJourney(onTestFinished, { rotates: true });
    const { machine, shop, connect, secret } = journey;
    const connected = await machine.run([...connect, '--json'], { ...secret, limit: 60_000 });
    expect(connected, connected.stderr).toMatchObject({ exitCode: 0 });
    const path = join(machine.configDirectory, 'connections');
    const [before, old] = [await readFile(path), await machine.run(['token'])];
    const through = prepare(onTestFinished, path);

    for (const args of [
      ['token', '--min-validity', '10080'],
      ['disconnect', '--yes', '--profile', 'default'],
    ]) {
      const run = await machine.start([...args, '--json'], { limit: 60_000, through }).ended;
      expect(run, run.stdout).toMatchObject({ exitCode: 1 });
      expect(errorOf(run).code).toBe('store-unwritable');
      expect(errorOf(run).message).toContain(path);
      expect(errorOf(run).message).toMatch(reported);
    }
    expect(shop.count('/api/v2/token/refresh')).toBe(0);
    expect(await readFile(path)).toEqual(before);
    expect(await machine.run(['token'])).toMatchObject({ exitCode: 0, stdout: old.stdout });
    expect(await readdir(machine.configDirectory)).toEqual(['connections']);
  },
);
