import { Command, CommanderError } from 'commander';
import { commandTable, type CommandEntry } from './cli/command-table.ts';
import { commandHelp, programHelp } from './cli/help.ts';
import { reportFailure, usageFailure } from './cli/report-failure.ts';
import { runCommand } from './cli/run-command.ts';
import { plainOptions, type Run, type Shell } from './cli/shell.ts';

/** Reads the command line, runs one command and returns the exit code. Every failure is rendered here. */
export async function run(args: readonly string[], shell: Shell): Promise<Run['exitCode']> {
  const started: Run = { exitCode: 0 };
  const cli = build(args, shell, started);
  try {
    await cli.parseAsync(args, { from: 'user' });
    return started.exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0;
    if (thrown instanceof CommanderError && thrown.code === 'commander.help') {
      cli.outputHelp();
      return 2;
    }
    const program = started.program ?? shell.makeProgram(plainOptions(args, shell.env));
    const problem = thrown instanceof CommanderError ? usageFailure(thrown.message, cli) : thrown;
    return reportFailure(problem, program, args);
  }
}

/** The program and its commands. Only those named on the command line get their flags: defining all takes too long. */
function build(args: readonly string[], shell: Shell, started: Run): Command {
  const cli = new Command('ottokit-tiktok')
    .version(shell.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false)
    .option('--debug', 'also print where an error came from; secrets are never in it')
    .option('--no-color', 'no colors; NO_COLOR does the same')
    .option('--store <url>', 'the store to use; also OTTOKIT_TIKTOK_STORE')
    .configureHelp({ formatHelp: () => programHelp(commandTable) })
    .exitOverride()
    .configureOutput({
      writeOut: shell.write,
      writeErr: () => undefined,
      // Commander would open stdout to ask it. No help has colors.
      getOutHasColors: () => true,
      getOutHelpWidth: shell.columns,
    });
  const named = commandTable.filter(({ name }) => args.includes(name));
  const all = named.some(({ needsAll }) => needsAll === true);
  for (const entry of commandTable) {
    const { name, description } = entry;
    const command = cli.command(name).description(description).helpOption('-h, --help', 'print help').exitOverride();
    if (all || named.includes(entry)) defineCommand(command, entry, shell, started);
  }
  return cli;
}

function defineCommand(command: Command, entry: CommandEntry, shell: Shell, started: Run): void {
  const { define, load } = entry;
  define(command.configureHelp({ showGlobalOptions: true }));
  command.addHelpText('after', () => commandHelp(entry));
  if (load !== undefined) command.action(() => runCommand(command, () => load(command), shell, started));
}
