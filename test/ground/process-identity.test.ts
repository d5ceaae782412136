import { expect, test } from 'vitest';
import { pid } from 'node:process';
import { ownIdentity, stateOfProcess } from '../../src/ground/process-identity.ts';

const self = ownIdentity();
/** The number of a process that does not run: above the highest that any system gives. */
const gone = 2 ** 30;

test.each([
  ['this process', {}, 'running'],
  ['a process of another user', { pid: 1, started: undefined }, 'running'],
  ['a process that ended', { pid: gone }, 'gone'],
  ['a number that the system cannot be asked about', { pid: 2 ** 40, started: undefined }, 'running'],
  ['a process in another container, with our number', { namespace: 'pid:[1]' }, 'unknown'],
  ['a process that had ended there', { namespace: 'pid:[1]', pid: gone }, 'unknown'],
  ['a process of another boot, or of a computer with the same name', { boot: 'another' }, 'unknown'],
] as const)('the state of %s is known as far as it can be', (_, other, state) => {
  expect(stateOfProcess({ ...self, ...other } as typeof self)).toBe(state);
});

test.skipIf(process.platform !== 'linux')('our own number with another start time is a process that ended', () => {
  expect(self).toMatchObject({ pid, boot: expect.any(String) as string, namespace: expect.any(String) as string });
  expect(stateOfProcess({ ...self, started: '1' })).toBe('gone');
});

test('a host name counts only where the system has no boot id', () => {
  const { pid: number } = self;
  const bare = { pid: number, host: 'mac' };
  expect(stateOfProcess(bare, bare)).toBe('running');
  expect(stateOfProcess({ ...bare, pid: gone }, bare)).toBe('gone');
  expect(stateOfProcess({ ...bare, pid: gone, host: 'another' }, bare)).toBe('unknown');
  expect(stateOfProcess({ ...self, host: 'renamed meanwhile', pid: gone })).toBe(
    self.boot === undefined ? 'unknown' : 'gone',
  );
});
