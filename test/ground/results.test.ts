import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, type Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeResults } from '../../src/ground/results.ts';
import { noFifos, onWindows } from '../tools/systems.ts';

let place: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'results-'));
});
afterEach(() => rm(place, { recursive: true, force: true }));

const noStream = (): Writable => {
  throw new Error('the stream is not needed');
};

describe('results on stdout', () => {
  test('are written to a file without a stream, however long they are', async () => {
    const path = join(place, 'output');
    const fd = openSync(path, 'w');
    const results = makeResults({ fd, isDirect: true, stream: noStream });
    results.write('“one”\n');
    results.write('two\n'.repeat(10_000));
    expect(await results.settled()).toBeUndefined();
    closeSync(fd);
    expect(readFileSync(path, 'utf8')).toBe(`“one”\n${'two\n'.repeat(10_000)}`);
  });

  test('a full pipe gets the rest once its reader reads again', async ({ skip }) => {
    skip(onWindows, noFifos);
    const path = join(place, 'pipe');
    execFileSync('mkfifo', [path]);
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    const before = fillUp(writer);
    const results = makeResults({
      fd: writer,
      isDirect: true,
      stream: () => new Socket({ fd: writer, readable: false, writable: true }),
    });
    results.write('the result\n');
    results.write('and another\n');
    const buffer = Buffer.alloc(before);
    for (let left = before; left > 0; left -= readSync(reader, buffer, 0, left, null));
    expect(await results.settled()).toBeUndefined();
    expect(buffer.toString('utf8', 0, readSync(reader, buffer))).toBe('the result\nand another\n');
    closeSync(reader);
  });

  test('a pipe gets at most 4,096 bytes without a stream, in however many pieces the results are written', async ({
    skip,
  }) => {
    skip(onWindows, noFifos);
    const path = join(place, 'pipe');
    execFileSync('mkfifo', [path]);
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    const stream = new PassThrough({ highWaterMark: 1_000_000 });
    const results = makeResults({ fd, isDirect: true, stream: () => stream });
    const pieces = Array.from({ length: 100 }, (_, number) => `${String(number)}: ${'…'.repeat(300)}\n`);
    for (const piece of pieces) results.write(piece);
    const direct = Buffer.alloc(100_000);
    const size = readSync(reader, direct);
    expect(size).toBeGreaterThan(0);
    expect(size).toBeLessThanOrEqual(4_096);
    expect(`${direct.toString('utf8', 0, size)}${String(stream.read())}`).toBe(pieces.join(''));
    expect(await results.settled()).toBeUndefined();
    closeSync(fd);
    closeSync(reader);
  });

  test('a full disk is reported', async ({ skip }) => {
    skip(process.platform !== 'linux', 'only Linux has a device that is always full');
    const results = makeResults({ fd: openSync('/dev/full', 'w'), isDirect: true, stream: noStream });
    results.write('the result\n');
    results.write('and another\n');
    expect(await results.settled()).toBe('ENOSPC');
  });

  test('a reader that has closed the pipe isn’t an error', async ({ skip }) => {
    skip(onWindows, noFifos);
    const path = join(place, 'pipe');
    execFileSync('mkfifo', [path]);
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const fd = openSync(path, constants.O_WRONLY);
    closeSync(reader);
    const results = makeResults({ fd, isDirect: true, stream: noStream });
    results.write('the result\n');
    expect(await results.settled()).toBeUndefined();
  });
});

/** Fills the pipe, and returns how many bytes it accepted. */
function fillUp(fd: number): number {
  let taken = 0;
  try {
    for (;;) taken += writeSync(fd, '.'.repeat(1024));
  } catch {
    return taken;
  }
}
