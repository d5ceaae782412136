import { expect, test } from 'vitest';
import { reportFailure } from '../../src/cli/report-failure.ts';
import type { Program } from '../../src/commands/program.ts';
import { fail } from '../../src/ground/errors.ts';
import { personWith } from '../wizard/person.ts';

/** The code of the error that is printed, and the exit code, after Ctrl-C. */
function afterInterruption(thrown: unknown): [code: string, exitCode: number] {
  let printed = '';
  const print = (text: string): void => {
    printed = text;
  };
  const io = { signal: AbortSignal.abort(), say: personWith({}).say };
  const exitCode = reportFailure(thrown, { io, print } as unknown as Program, ['--json']);
  const { error } = JSON.parse(printed) as { error: { code: string } };
  return [error.code, exitCode];
}

test('Ctrl-C doesn’t hide where new tokens are kept, or that they are lost', () => {
  const kept = { store: 'postgresql://db/fleet', path: '/home/seller/kept.sealed', detail: 'it is down' };
  expect(afterInterruption(fail('tokens-kept-here', kept))).toEqual(['tokens-kept-here', 130]);
  const lost = { path: '/home/seller/connections', detail: 'no space left' };
  expect(afterInterruption(fail('tokens-not-stored', lost))).toEqual(['tokens-not-stored', 130]);
  expect(afterInterruption(fail('no-shops', {}))).toEqual(['interrupted', 130]);
});
