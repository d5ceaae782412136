import { Command, CommanderError } from 'commander';
import { commandTable, profilePatternFlag, type Act, type CommandEntry, type Flags } from './command-table.ts';
import type { Program } from './commands/program.ts';
import { defined } from './ground/defined.ts';
import type { Env } from './ground/env.ts';
import { exitCodeOf, fail, isFailure, type ErrorCode, type Failure } from './ground/errors.ts';
import { withProfileFlag } from './ground/profile-flag.ts';
import { asFailure } from './ground/system-error.ts';
import { commandHelp, programHelp } from './help.ts';
import { failureJson } from './output/failure.ts';
import { toJson } from './output/json.ts';
import { readSettings } from './settings/read-settings.ts';
import type { Settings } from './settings/settings.ts';
import { validProfileName } from './store/model/profile-name.ts';
import { isProfilePattern } from './store/model/profile-pattern.ts';

/** What decides how everything else is shown. */
export interface GlobalOptions {
  readonly debug: boolean;
  readonly color: boolean;
  /** The environment, with what flags and settings say in its place. */
  readonly env: Env;
  /** The profile that commands in messages are about. */
  readonly profile: string;
  /** The profile that is meant when none is named. */
  readonly byDefault: string;
}

/** What `run` needs from the one file that touches the process. */
export interface Shell {
  readonly version: string;
  readonly env: Env;
  /** @throws Failure where there is none */
  readonly configDirectory: () => string;
  readonly makeProgram: (options: GlobalOptions) => Program;
  /** Prints on stdout as it is. */
  readonly write: (text: string) => void;
  /** The width of stdout; 80 if it is no terminal. */
  readonly columns: () => number;
}

type ExitCode = 0 | 1 | 2 | 130;

/** What is known of a run once its command line was read. */
interface Settled {
  exitCode: ExitCode;
  profile: string;
  program?: Program;
}

/** Reads the command line, runs one command and gives the exit code. Every failure is rendered here. */
export async function run(args: readonly string[], shell: Shell): Promise<ExitCode> {
  const settled: Settled = { exitCode: 0, profile: 'default' };
  const cli = build(args, shell, settled);
  const debug = args.includes('--debug');
  try {
    await cli.parseAsync(args, { from: 'user' });
    return settled.exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0;
    if (thrown instanceof CommanderError && thrown.code === 'commander.help') {
      cli.outputHelp();
      return 2;
    }
    const shown = settled.program ?? shell.makeProgram(unread(args, shell.env));
    const failure = failureOf(thrown, shown.io.signal, cli, args);
    render(failure, shown, { json: args.includes('--json'), debug, profile: settled.profile, thrown });
    return shown.io.signal.aborted ? 130 : exitCodeOf(failure);
  }
}

/** The options of a command line that could not be read. */
const unread = (args: readonly string[], env: Env): GlobalOptions => ({
  ...{ env, profile: 'default', byDefault: 'default' },
  ...{ debug: args.includes('--debug'), color: !args.includes('--no-color') },
});

/** What was lost, moved or is uncertain is reported even when the program was interrupted. */
const reportedInAnyCase: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'tokens-not-stored',
  'store-damaged',
  'interrupted-unanswered',
]);

function failureOf(thrown: unknown, signal: AbortSignal, cli: Command, args: readonly string[]): Failure {
  // What breaks during an interruption usually breaks because of it.
  if (signal.aborted && !(isFailure(thrown) && reportedInAnyCase.has(thrown.code)))
    return fail(
      'interrupted',
      { restarted: args.includes('--restart'), demo: args.includes('--demo') },
      { cause: thrown },
    );
  return thrown instanceof CommanderError ? usageFailure(thrown, cli) : asFailure(thrown);
}

function usageFailure({ message }: CommanderError, cli: Command): Failure {
  const command = cli.commands.find((one) => one.name() === cli.args[0])?.name();
  const problem = message
    .replace(/^error: /, '')
    // The value of a flag that takes none may be a secret.
    .replace(/^(unknown option '--?[\w-]+)=.*'/su, "$1'")
    .replace(/^unknown option '-v'$/u, "unknown option '-v' (Did you mean -V or --version?)");
  return fail('usage', defined({ problem: sentence(problem), command }));
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

/** The program and its commands. Only those that the words name get their flags: making all of them takes too long. */
function build(args: readonly string[], shell: Shell, settled: Settled): Command {
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
  const act = actFor(shell, settled);
  const named = commandTable.filter(({ name }) => args.includes(name));
  const all = named.some(({ needsAll }) => needsAll === true);
  for (const entry of commandTable) addCommand(cli, entry, all || named.includes(entry) ? act : undefined);
  return cli;
}

function addCommand(cli: Command, entry: CommandEntry, act: Act | undefined): void {
  const { name, description, define } = entry;
  const command = cli.command(name).description(description).helpOption('-h, --help', 'print help').exitOverride();
  if (act === undefined) return;
  define(command.configureHelp({ showGlobalOptions: true }), act);
  command.addHelpText('after', () => commandHelp(entry));
}

const actFor =
  (shell: Shell, settled: Settled): Act =>
  (read, command) =>
  async (...given) => {
    const invoked = given.at(-1) as Command;
    const flags = invoked.optsWithGlobals<Record<string, unknown>>();
    const [debug, color] = [flags['debug'] === true, flags['color'] !== false];
    const makeProgram = (settings: Settings, byDefault = 'default'): Program =>
      (settled.program = shell.makeProgram({
        ...{ debug, color, profile: 'default', byDefault },
        env: environment(shell.env, flags, settings),
      }));
    const program = makeProgram({});
    // The demo reads nothing of the person's own.
    const isDemo = flags['demo'] === true;
    const env = isDemo ? {} : shell.env;
    await refuseForeignOrigin(env);
    const takesProfile = invoked.options.some(({ long }) => long === '--profile');
    const needsSettings = takesProfile && profileGiven(flags, env) === undefined;
    const settings = isDemo ? {} : await settingsFor(shell, program, needsSettings);
    const mayBePattern = invoked.options.some((option) => option.flags === profilePatternFlag);
    settled.profile = takesProfile ? profileFrom(flags, env, settings, mayBePattern) : 'default';
    const words = given
      .slice(0, -2)
      .flat()
      .filter((word): word is string => typeof word === 'string');
    const { capture, port } = settings;
    const all: Flags = { ...defined({ capture, port }), ...flags, profile: settled.profile };
    // Messages name every other profile themselves.
    const isAboutDefault = (takesProfile && settled.profile === 'default') || invoked.name() === 'status';
    const byDefault = isAboutDefault ? (profileGiven({}, env) ?? settings.profile) : undefined;
    const isSame = byDefault === undefined && Object.keys(settings).length === 0;
    const ready = isSame ? program : makeProgram(settings, byDefault);
    settled.exitCode = await command(ready, read(all, words));
  };

/** Flags win over the environment, and the environment over the settings. */
function environment(env: Env, flags: Readonly<Record<string, unknown>>, { browser, accessible }: Settings): Env {
  const store = typeof flags['store'] === 'string' ? flags['store'] : undefined;
  return {
    ...defined({ BROWSER: browser, ACCESSIBLE: accessible === true ? '1' : undefined }),
    ...env,
    ...defined({ OTTOKIT_TIKTOK_STORE: store }),
  };
}

/** A settings file that cannot be read stops only a command that takes its profile from there; others go without. */
async function settingsFor(shell: Shell, { io }: Program, isNeeded: boolean): Promise<Settings> {
  try {
    return await readSettings(shell.configDirectory());
  } catch (thrown) {
    // Where the store can't be, no settings are; a command that needs the store says so itself.
    if (isFailure(thrown) && thrown.code === 'directory-unknown') return {};
    if (isNeeded || !isFailure(thrown)) throw thrown;
    io.say.warn(thrown.message);
    return {};
  }
}

/** @throws Failure origin-not-loopback, for every command alike */
async function refuseForeignOrigin(env: Env): Promise<void> {
  if ((env['OTTOKIT_TIKTOK_ORIGIN'] ?? '') === '') return;
  const { originFrom } = await import('./commands/context.ts');
  originFrom(env);
}

function profileGiven(flags: Readonly<Record<string, unknown>>, env: Env): string | undefined {
  const flag = flags['profile'];
  if (typeof flag === 'string') return flag;
  const variable = env['OTTOKIT_TIKTOK_PROFILE'] ?? '';
  return variable === '' ? undefined : variable;
}

function profileFrom(
  flags: Readonly<Record<string, unknown>>,
  env: Env,
  settings: Settings,
  mayBePattern: boolean,
): string {
  const name = profileGiven(flags, env) ?? settings.profile ?? 'default';
  if (!validProfileName(name) && !(mayBePattern && isProfilePattern(name)))
    throw fail('profile-name-refused', { name });
  return name;
}
