import { Command, CommanderError } from 'commander';
import { commandTable, type CommandEntry } from './cli/command-table.ts';
import { notEmpty } from './cli/flags.ts';
import { prepare, type Shell } from './cli/prepare.ts';
import type { ExitCode, Program } from './commands/program.ts';
import { defined } from './ground/defined.ts';
import { asFailure, exitCodeOf, fail, type ErrorCode, type Failure } from './ground/errors.ts';
import { failureJson, toJson } from './output/format.ts';

/** Reads the command line, runs one command and returns the exit code. Every failure is rendered here. */
export async function run(args: readonly string[], shell: Shell): Promise<0 | 1 | 2 | 130> {
  let exitCode: ExitCode = 0;
  let program: Program | undefined;
  const cli = build(args, shell, async (command, load) => {
    const prepared = await prepare(command, shell);
    program = prepared.program;
    exitCode = await (await load(command))(program, prepared.options as never, cli);
  });
  try {
    await cli.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0;
    if (thrown instanceof CommanderError && thrown.code === 'commander.help') {
      cli.outputHelp();
      return 2;
    }
    const problem = thrown instanceof CommanderError ? usageFailure(thrown.message, cli) : thrown;
    // If the options aren't known yet, go by what the user typed.
    const typed = { debug: args.includes('--debug'), color: !args.includes('--no-color'), env: shell.env };
    program ??= shell.makeProgram({ ...typed, addFlags: (text) => text, moveTo: () => undefined });
    return reportFailure(problem, program, args);
  }
}

type Start = (command: Command, load: NonNullable<CommandEntry['load']>) => Promise<void>;

/** Defines the commands. Only those named in `args` get their flags, because defining every flag would slow startup. */
function build(args: readonly string[], shell: Shell, start: Start): Command {
  const cli = new Command('ottokit-tiktok')
    .version(shell.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false)
    .option('--debug', 'also print where an error came from, without secrets')
    .option('--no-color', 'no colors; NO_COLOR does the same')
    .option('--store <url>', 'the store to use; also OTTOKIT_TIKTOK_STORE', notEmpty)
    .configureHelp({ formatHelp: programHelp })
    .exitOverride()
    .configureOutput({
      writeOut: shell.write,
      writeErr: () => undefined,
      // Otherwise, commander opens stdout to look for colors. Our help has none.
      getOutHasColors: () => true,
      getOutHelpWidth: shell.columns,
    });
  for (const { name, description, examples, define, load } of commandTable) {
    const command = cli.command(name);
    // A completion script lists every flag.
    if (!args.includes(name) && !args.includes('completion')) continue;
    define(command.description(description).configureHelp({ showGlobalOptions: true }));
    command.addHelpText('after', `\nExamples:\n${examples.map((example) => `  ottokit-tiktok ${example}`).join('\n')}`);
    if (load !== undefined) command.action(() => start(command, load));
  }
  return cli;
}

/** Lists every command by group. Fits into 24 rows of 80 columns. */
function programHelp(): string {
  const rows = commandTable.map(({ name, group, description }, index) => {
    const heading = group === commandTable[index - 1]?.group ? '' : group;
    return `${heading.padEnd(10)}${name.padEnd(12)}${description}`;
  });
  return `Usage: ottokit-tiktok [options] <command>

Connects a TikTok Shop to OttoKit, and finds out what's wrong when it fails.

${rows.join('\n')}

Options   -h, --help  -V, --version  --debug  --no-color  --store URL

Start with \`ottokit-tiktok connect\`, or try \`ottokit-tiktok connect --demo\`.
`;
}

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

/** Shown even after an interruption, because they say what was lost, saved, moved or left uncertain. */
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
