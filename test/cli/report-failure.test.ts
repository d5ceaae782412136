import { expect, test } from 'vitest';
import { reportFailure } from '../../src/cli.ts';
import type { Program } from '../../src/commands/program.ts';
import { fail } from '../../src/ground/errors.ts';
import { personWith } from '../wizard/person.ts';

/** Reports this error, and returns what was printed and the exit code. */
function reported(
  thrown: unknown,
  signal: AbortSignal,
  args: readonly string[] = [],
): { code: string; fix: string; exitCode: number } {
  let printed = '';
  const print = (text: string): void => {
    printed = text;
  };
  const io = { signal, say: personWith({}).say };
  const exitCode = reportFailure(thrown, { io, print } as unknown as Program, [...args, '--json']);
  const { error } = JSON.parse(printed) as { error: { code: string; fix: string } };
  return { ...error, exitCode };
}

const afterInterruption = (thrown: unknown): [code: string, exitCode: number] => {
  const { code, exitCode } = reported(thrown, AbortSignal.abort());
  return [code, exitCode];
};

test('Ctrl-C doesn’t hide where new tokens are kept, or that they are lost', () => {
  const kept = { store: 'postgresql://db/fleet', path: '/home/seller/kept.sealed', detail: 'it is down' };
  expect(afterInterruption(fail('tokens-kept-here', kept))).toEqual(['tokens-kept-here', 130]);
  const lost = { path: '/home/seller/connections', detail: 'no space left' };
  expect(afterInterruption(fail('tokens-not-stored', lost))).toEqual(['tokens-not-stored', 130]);
  expect(afterInterruption(fail('no-shops', {}))).toEqual(['interrupted', 130]);
});

test.for([
  ['--restart', 'with --restart it would start over'],
  ['--demo', 'For your own shop'],
] as const)('Ctrl-C at a question of `connect %s` shows the advice for that flag', ([flag, advice]) => {
  const { fix, exitCode } = reported(fail('interrupted', {}), new AbortController().signal, ['connect', flag]);
  expect(fix).toContain(advice);
  expect(exitCode).toBe(130);
});
