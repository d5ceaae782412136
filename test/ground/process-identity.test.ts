import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { pid } from 'node:process';
import { expect, onTestFinished, test, vi } from 'vitest';
import { identityOf, ownIdentity, stateOfProcess } from '../../src/ground/process-identity.ts';
import { onWindows } from '../tools/systems.ts';

const self = ownIdentity();
/** The id of a process that doesn't exist: above the highest that any system assigns. */
const gone = 2 ** 30;

test.for([
  ['this process', 'running', {}],
  ['a process of another user', 'running', { pid: 1, started: undefined }],
  ['a process that has exited', 'gone', { pid: gone }],
  ['a process that the system doesn’t report on', 'running', { pid: 2 ** 40, started: undefined }],
  ['a process with our id in another container', 'unknown', { namespace: 'pid:[1]' }],
  ['a process in another container whose id no process has here', 'unknown', { namespace: 'pid:[1]', pid: gone }],
  ['a process from before a reboot or on a computer with the same name', 'unknown', { boot: 'another' }],
] as const)('the state of %s is “%s”', ([who, state, other], { skip }) => {
  skip(onWindows && who === 'a process of another user', 'Windows has no process 1');
  skip(onWindows && who === 'a process that the system doesn’t report on', 'Windows reports on every process id');
  expect(stateOfProcess({ ...self, ...other })).toBe(state);
});

test('a process with our own id but another start time counts as gone', ({ skip }) => {
  skip(process.platform !== 'linux', 'only Linux reports when a process started');
  expect(self).toMatchObject({ pid, boot: expect.any(String) as string, namespace: expect.any(String) as string });
  expect(stateOfProcess({ ...self, started: '1' })).toBe('gone');
});

test('the host name is compared only if the system has no boot id', () => {
  const { pid: number } = self;
  const bare = { pid: number, host: 'mac' };
  expect(stateOfProcess(bare, bare)).toBe('running');
  expect(stateOfProcess({ ...bare, pid: gone }, bare)).toBe('gone');
  expect(stateOfProcess({ ...bare, pid: gone, host: 'another' }, bare)).toBe('unknown');
  expect(stateOfProcess({ ...self, host: 'renamed', pid: gone })).toBe(self.boot === undefined ? 'unknown' : 'gone');
});

test('a killed process that has not been reaped counts as gone', async ({ skip }) => {
  skip(process.platform !== 'linux', 'only Linux reports which process is a zombie');
  const shell = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void shell.kill('SIGKILL'));
  const [line] = (await once(shell.stdout, 'data')) as [Buffer];
  const child = identityOf(Number(line));
  expect(stateOfProcess(child)).toBe('running');
  // Until the shell has become `sleep`, it would reap its child.
  await vi.waitFor(() => {
    expect(readFileSync(`/proc/${String(shell.pid)}/comm`, 'utf8')).toBe('sleep\n');
  }, 10_000);

  process.kill(child.pid, 'SIGKILL');

  await vi.waitFor(() => {
    expect(readFileSync(`/proc/${String(child.pid)}/stat`, 'latin1')).toContain(') Z ');
  }, 10_000);
  expect(stateOfProcess(child)).toBe('gone');
});
