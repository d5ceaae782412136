import { Command, CommanderError } from 'commander';
import { commandTable, type CommandEntry } from './cli/command-table.ts';
import { notEmpty } from './cli/flags.ts';
import { programHelp } from './cli/help.ts';
import type { Env } from './ground/env.ts';
import { reportFailure, usageFailure } from './cli/report-failure.ts';
import { prepare } from './cli/prepare.ts';
import type { ProgramOptions, Shell } from './cli/shell.ts';

/** Reads the command line, runs one command and returns the exit code. Every failure is rendered here. */
export async function run(args: readonly string[], shell: Shell): Promise<0 | 1 | 2 | 130> {
  let exitCode: 0 | 1 | 2 | 130 = 0;
  const cli = build(args, shell, async (command, load) => {
    const { program, options } = await prepare(command, shell);
    try {
      exitCode = await (await load(command))(program, options as never);
    } catch (thrown) {
      exitCode = reportFailure(thrown, program, args);
    }
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
    return reportFailure(problem, shell.makeProgram(plainOptions(args, shell.env)), args);
  }
}

/** The options to use if the command line or the settings can't be read. */
const plainOptions = (args: readonly string[], env: Env): ProgramOptions => ({
  debug: args.includes('--debug'),
  color: !args.includes('--no-color'),
  env,
  addFlags: (text) => text,
  moveTo: () => undefined,
});

type Start = (command: Command, load: NonNullable<CommandEntry['load']>) => Promise<void>;

/** Defines the commands. Usually, only those named in `args` get their flags, because defining all takes too long. */
function build(args: readonly string[], shell: Shell, start: Start): Command {
  const cli = new Command('ottokit-tiktok')
    .version(shell.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false)
    .option('--debug', 'also print where an error came from, without secrets')
    .option('--no-color', 'no colors; NO_COLOR does the same')
    .option('--store <url>', 'the store to use; also OTTOKIT_TIKTOK_STORE', notEmpty)
    .configureHelp({ formatHelp: () => programHelp(commandTable) })
    .exitOverride()
    .configureOutput({
      writeOut: shell.write,
      writeErr: () => undefined,
      // Otherwise, commander opens stdout to look for colors. Our help has none.
      getOutHasColors: () => true,
      getOutHelpWidth: shell.columns,
    });
  const defineAll = commandTable.some(({ name, needsAllFlags }) => needsAllFlags === true && args.includes(name));
  for (const { name, description, examples, define, load } of commandTable) {
    const command = cli.command(name);
    if (!defineAll && !args.includes(name)) continue;
    define(command.description(description).configureHelp({ showGlobalOptions: true }));
    command.addHelpText('after', `\nExamples:\n${examples.map((example) => `  ottokit-tiktok ${example}`).join('\n')}`);
    if (load !== undefined) command.action(() => start(command, load));
  }
  return cli;
}
