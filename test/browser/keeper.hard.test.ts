import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { containerObstacle, inContainer } from '../attack/containers.ts';
import { bundle } from '../terminal/pty.ts';
import { exists, temporaryRoot, until } from './window.ts';

/** Process 1 of a container. It kills the program, and never reaps the processes that it inherits. */
const processOne = `
const program = require('node:child_process').spawn(process.execPath, process.argv.slice(1));
program.stdout.once('data', () => program.kill('SIGKILL'));
setInterval(() => {}, 60_000);
`;

test('in a container that never reaps zombies, the profile is still deleted once the browser has exited', async ({
  skip,
}) => {
  skip(containerObstacle !== undefined, containerObstacle);
  const worker = await bundle('../browser/keeper-worker.ts');
  onTestFinished(worker.remove);
  const profile = join(await temporaryRoot(), 'profile');
  await mkdir(profile);
  const [unshare, ...container] = inContainer;
  const node = [process.execPath, '--eval', processOne];
  const running = spawn(unshare, [...container, ...node, worker.file, profile], { stdio: 'ignore' });
  onTestFinished(() => void running.kill('SIGKILL'));
  await until('the profile was deleted', async () => !(await exists(profile)));
  expect(await exists(profile)).toBe(false);
});
