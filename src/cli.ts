import type { Env } from './ground/env.ts';
import { Command, CommanderError } from 'commander';
import { commandTable, type Act, type Flags } from './command-table.ts';
import type { Program } from './commands/program.ts';
import { exitCodeOf, fail, isFailure, type ErrorCode, type Failure } from './ground/errors.ts';
import { withProfileFlag } from './ground/profile-flag.ts';
import { failureJson } from './output/failure.ts';
import { toJson } from './output/json.ts';
import { validProfileName } from './store/model/profile-name.ts';

/** The flags that decide how everything else is shown. */
export interface GlobalOptions {
  readonly debug: boolean;
  readonly color: boolean;
}

/** What `run` needs from the one file that touches the process. */
export interface Shell {
  readonly version: string;
  readonly env: Env;
  makeProgram(options: GlobalOptions): Program;
  /** Prints on stdout as it stands. */
  write(text: string): void;
}

type ExitCode = 0 | 1 | 2 | 130;

/** Reads the command line, runs one command and gives the exit code. Every failure is rendered here. */
export async function run(args: readonly string[], shell: Shell): Promise<ExitCode> {
  const settled = { exitCode: 0 as ExitCode, profile: 'default' };
  let program: Program | undefined;
  const cli = build(args, shell, (options) => (program ??= shell.makeProgram(options)), settled);
  try {
    await cli.parseAsync(args, { from: 'user' });
    return settled.exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0;
    if (thrown instanceof CommanderError && thrown.code === 'commander.help') {
      cli.outputHelp();
      return 2;
    }
    const shown =
      program ?? shell.makeProgram({ debug: args.includes('--debug'), color: !args.includes('--no-color') });
    const failure = failureOf(thrown, shown.io.signal, cli, args);
    render(failure, shown, { json: args.includes('--json'), debug: args.includes('--debug'), ...settled, thrown });
    return shown.io.signal.aborted ? 130 : exitCodeOf(failure);
  }
}

/** What is lost, uncertain or was moved, however the program ended. */
const toldInAnyCase: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'tokens-not-stored',
  'store-damaged',
  'interrupted-unanswered',
]);

function failureOf(thrown: unknown, signal: AbortSignal, cli: Command, args: readonly string[]): Failure {
  // What breaks while the program is being interrupted breaks because of that, but for what must not go untold.
  if (signal.aborted && !(isFailure(thrown) && toldInAnyCase.has(thrown.code)))
    return fail('interrupted', { restarted: args.includes('--restart') }, { cause: thrown });
  if (isFailure(thrown)) return thrown;
  if (thrown instanceof CommanderError) {
    const command =
      cli.args[0] === undefined ? undefined : cli.commands.find((one) => one.name() === cli.args[0])?.name();
    // What follows a flag may be a secret that was given to one that takes none.
    const problem = thrown.message.replace(/^error: /, '').replace(/^(unknown option '--?[\w-]+)=.*'/su, "$1'");
    return fail('usage', { problem: sentence(problem), ...(command === undefined ? {} : { command }) });
  }
  const detail = thrown instanceof Error ? thrown.message : 'something that is not an error was thrown';
  return fail('internal', { detail }, { cause: thrown });
}

const sentence = (text: string): string => {
  const [first = '', ...rest] = text.trim().replace(/\n/g, ' ');
  const whole = first.toUpperCase() + rest.join('');
  return /[.?!)]$/.test(whole) ? whole : `${whole}.`;
};

function render(
  failure: Failure,
  { io, print }: Program,
  { json, debug, profile, thrown }: { json: boolean; debug: boolean; profile: string; thrown: unknown },
): void {
  const fix = withProfileFlag(failure.fix, profile);
  if (json) {
    const { error } = failureJson(failure);
    print(toJson({ error: { ...error, fix } }));
  } else {
    io.say.fail(failure.message);
    if (failure.requestId !== undefined) io.say.line(`Request id: ${failure.requestId}`);
    io.say.line(`→ ${fix}`);
  }
  if (debug && thrown instanceof Error && thrown.stack !== undefined) {
    for (const line of thrown.stack.split('\n')) io.say.line(line);
  }
}

/**
 * The program and its commands. Only those that the words name are given their flags: making all of them would take
 * longer than most of what they do.
 */
function build(
  args: readonly string[],
  shell: Shell,
  programFor: (options: GlobalOptions) => Program,
  settled: { exitCode: ExitCode; profile: string },
): Command {
  const cli = new Command('ottokit-tiktok')
    .description('Connects a TikTok Shop to OttoKit, step by step, and says what is wrong when it does not work.')
    .version(shell.version, '--version', 'print the version')
    .helpOption('--help', 'print this help')
    .helpCommand(false)
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .option('--debug', 'also print where an error came from; secrets are never in it')
    .option('--no-color', 'no colours; NO_COLOR does the same')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        shell.write(text);
      },
      writeErr: () => undefined,
    })
    .addHelpText(
      'after',
      '\nBegin with `ottokit-tiktok connect`,\nor look around first with `ottokit-tiktok connect --demo`.',
    );

  const act: Act =
    (read, command) =>
    async (...given) => {
      const invoked = given.at(-1) as Command;
      const flags = invoked.optsWithGlobals<Flags>();
      const profile = profileFrom(flags, shell.env);
      settled.profile = profile;
      const words = given
        .slice(0, -2)
        .flat()
        .filter((word): word is string => typeof word === 'string');
      const program = programFor({ debug: flags['debug'] === true, color: flags['color'] !== false });
      settled.exitCode = await command(program, read({ ...flags, profile }, words));
    };

  const named = commandTable.filter(({ name }) => args.includes(name));
  const all = named.some(({ tellsOfAll }) => tellsOfAll === true);
  for (const entry of commandTable) {
    const { name, description, define } = entry;
    const command = cli.command(name).description(description).helpOption('--help', 'print this help').exitOverride();
    if (all || named.includes(entry)) define(command, act);
  }
  return cli;
}

function profileFrom(flags: Readonly<Record<string, unknown>>, env: Shell['env']): string {
  const fromFlag = flags['profile'];
  const name = typeof fromFlag === 'string' ? fromFlag : env['OTTOKIT_TIKTOK_PROFILE'];
  if (name === undefined || (name === '' && typeof fromFlag !== 'string')) return 'default';
  if (!validProfileName(name)) throw fail('profile-name-refused', { name });
  return name;
}
