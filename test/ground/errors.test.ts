import { mkdtempSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { asFailure, fail } from '../../src/ground/errors.ts';

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (thrown) {
    return thrown;
  }
  throw new Error('nothing was thrown');
}

const system = (code: string, syscall: string, path?: string): Error =>
  Object.assign(new Error(`${code}: no, ${syscall}`), { code, errno: -1, syscall }, path === undefined ? {} : { path });

test.each([
  [
    'a missing temporary directory',
    thrownBy(() => mkdtempSync('/nowhere/demo-')),
    /no such file, ENOENT \((?:C:)?[/\\]nowhere\)/,
    /TMPDIR/,
  ],
  [
    'a missing file',
    thrownBy(() => readFileSync('/nowhere/x')),
    /no such file, ENOENT \((?:C:)?[/\\]nowhere[/\\]x\)/,
    /same command/,
  ],
  ['a deleted working directory', system('ENOENT', 'uv_cwd'), /was started in no longer exists/, /cd/],
  ['too many open files', system('EMFILE', 'open', '/x'), /too many open files/, /ulimit -n/],
  ['too many open files on the machine', system('ENFILE', 'socket'), /too many open files on this computer/, /Close/],
  ['too many processes', system('EAGAIN', 'spawn /bin/x'), /any more processes/, /ulimit -u/],
  ['a locked home directory', system('Unknown system error -9126', 'open', '/x'), /E9126 \(\/x\)/, /same command/],
  ['no memory', system('ENOMEM', 'spawn x'), /isn’t enough memory/, /ulimit -v/],
  ['no memory for WebAssembly', new RangeError('WebAssembly.instantiate(): Out of memory'), /isn’t enough memory/, /./],
  ['no memory for a buffer', new RangeError('Array buffer allocation failed'), /isn’t enough memory/, /./],
  [
    'no memory to derive a key',
    new Error('error:030C0100:digital envelope routines::malloc failure'),
    /isn’t enough memory/,
    /ulimit -v/,
  ],
  ['a read-only file system', system('EROFS', 'mkdir', '/x'), /read-only, EROFS \(\/x\)/, /same command/],
  ['an error that isn’t in the table', system('EOVERFLOW', 'rename'), /EOVERFLOW \(rename\)/, /same command/],
])('a problem of the system isn’t reported as a bug in the program: %s', (_, thrown, message, fix) => {
  const failure = asFailure(thrown);
  expect(failure.code).toBe('system-refused');
  expect(failure.message).toMatch(message);
  expect(failure.fix).toMatch(fix);
});

test('an error code that Node doesn’t know is named', ({ skip }) => {
  skip(process.platform !== 'linux', 'other systems number errors differently');
  const quota = asFailure(system('Unknown system error -122', 'write'));
  expect(quota.message).toContain('disk quota reached, EDQUOT');
  expect(quota.fix).toMatch(/^Free some space/);
  const lost = asFailure(system('Unknown system error -116', 'open', '/x'));
  expect(lost.message).toContain('it no longer exists on the network drive, ESTALE (/x)');
});

test('a bug in the program is reported as one, and a failure stays a failure', () => {
  expect(asFailure(new TypeError('x is not a function')).code).toBe('internal');
  expect(asFailure(thrownBy(() => Buffer.from(1 as never))).code).toBe('internal');
  expect(asFailure('text').code).toBe('internal');
  const failure = fail('interrupted', {});
  expect(asFailure(failure)).toBe(failure);
});
