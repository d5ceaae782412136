import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stateOfListener } from '../../../src/store/file/lock-socket.ts';
import { temporaryDirectory } from '../setting.ts';

/** Listens with a backlog of one connection, then suspends itself. */
const suspending = `
  require('node:net').createServer().listen({ path: process.argv[1], backlog: 1 }, () => {
    process.stdout.write('listening');
    process.kill(process.pid, 'SIGSTOP');
  });
`;

test('a suspended holder counts as running, however often it is checked', async ({ skip }) => {
  skip(process.platform !== 'linux', 'only Linux answers EAGAIN when the queue of connections is full');
  const path = join(await temporaryDirectory(), 'socket');
  const child = spawn(process.execPath, ['--eval', suspending, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');

  const states = [];
  for (let asked = 0; asked < 5; asked += 1) states.push(await stateOfListener(path));

  expect(states).toEqual(['running', 'running', 'running', 'running', 'running']);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await stateOfListener(path)).toBe('gone');
});
