import type { Command } from 'commander';
import type { Program } from '../commands/program.ts';
import { defined } from '../ground/defined.ts';
import { asFailure, exitCodeOf, fail, type ErrorCode, type Failure } from '../ground/errors.ts';
import { failureJson, toJson } from '../output/format.ts';

export function reportFailure(thrown: unknown, { io, print }: Program, args: readonly string[]): 1 | 2 | 130 {
  const failure = failureOf(thrown, io.signal, args);
  if (args.includes('--json')) {
    print(toJson(failureJson(failure)));
  } else {
    io.say.fail(failure.message);
    if (failure.requestId !== undefined) io.say.line(`Request id: ${failure.requestId}`);
    io.say.line(`→ ${failure.fix}`);
  }
  if (args.includes('--debug') && thrown instanceof Error) {
    for (const line of (thrown.stack ?? '').split('\n')) io.say.line(line);
  }
  return io.signal.aborted ? 130 : exitCodeOf(failure);
}

/** These are shown even after an interruption, because they say what was lost, saved, moved or left uncertain. */
const shownAfterInterruption: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'tokens-not-stored',
  'tokens-kept-here',
  'store-damaged',
  'interrupted-unanswered',
]);

function failureOf(thrown: unknown, { aborted }: AbortSignal, args: readonly string[]): Failure {
  const failure = asFailure(thrown);
  // A failure after an interruption is usually caused by it. Ctrl-C at a question throws without aborting the signal.
  const isInterrupted = aborted || failure.code === 'interrupted';
  if (!isInterrupted || shownAfterInterruption.has(failure.code)) return failure;
  const details = { restarted: args.includes('--restart'), demo: args.includes('--demo') };
  return fail('interrupted', details, { cause: thrown });
}

/** Turns commander's message about a command line into a failure. */
export function usageFailure(message: string, cli: Command): Failure {
  const command = cli.commands.find((found) => found.name() === cli.args[0])?.name();
  const problem = message
    .replace(/^error: /, '')
    // Don't repeat what follows the flag's name, because it may be a secret.
    .replace(/^(unknown option '-+[\w-]*).*'/su, "$1'")
    .replace(/^unknown option '-v'$/u, "unknown option '-v' (Did you mean -V or --version?)")
    .replaceAll('\n', ' ')
    .trim()
    .replace(/^./u, (first) => first.toUpperCase())
    .replace(/[^.?!)]$/u, '$&.');
  return fail('usage', defined({ problem, command }));
}
