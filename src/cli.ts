import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { exitCodeOf, fail, isFailure, type Failure } from './errors.ts';
import type { ConnectOptions } from './commands/connect.ts';
import type { Program } from './commands/program.ts';
import { failureJson, forProfile } from './output/failure.ts';
import { toJson } from './output/json.ts';
import { outlineOf } from './commands/outline.ts';
import { scopes } from './commands/scopes.ts';
import { validProfileName } from './store/profile-name.ts';
import type { KeySource } from './store/store.ts';

/** The flags that decide how everything else is shown. */
export interface GlobalOptions {
  readonly debug: boolean;
  readonly color: boolean;
}

/** What `run` needs from the one file that touches the process. */
export interface Shell {
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  makeProgram(options: GlobalOptions): Program;
  /** Prints on stdout as it stands. */
  write(text: string): void;
}

type ExitCode = 0 | 1 | 2 | 130;

/** Reads the command line, runs one command and gives the exit code. Every failure is rendered here. */
export async function run(args: readonly string[], shell: Shell): Promise<ExitCode> {
  const settled = { exitCode: 0 as ExitCode, profile: 'default' };
  let program: Program | undefined;
  const cli = table(shell, (options) => (program ??= shell.makeProgram(options)), settled);
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
    const failure = failureOf(thrown, shown.io.signal, cli);
    render(failure, shown, { json: args.includes('--json'), debug: args.includes('--debug'), ...settled, thrown });
    return exitCodeOf(failure);
  }
}

function failureOf(thrown: unknown, signal: AbortSignal, cli: Command): Failure {
  // What breaks while the program is being interrupted breaks because of that.
  if (signal.aborted) return fail('interrupted', {}, { cause: thrown });
  if (isFailure(thrown)) return thrown;
  if (thrown instanceof CommanderError) {
    const command =
      cli.args[0] === undefined ? undefined : cli.commands.find((one) => one.name() === cli.args[0])?.name();
    const problem = thrown.message.replace(/^error: /, '');
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
  const fix = forProfile(failure.fix, profile);
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

/** The command table: flags → options → one command, loaded only when it runs. */
function table(
  shell: Shell,
  programFor: (options: GlobalOptions) => Program,
  settled: { exitCode: ExitCode; profile: string },
): Command {
  const cli = new Command('ottokit-tiktok')
    .description('Connects a TikTok Shop to OttoKit, step by step, and says what is wrong when it does not work.')
    .version(shell.version, '--version', 'print the version')
    .helpOption('--help', 'print this help')
    .helpCommand(false)
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
      '\nBegin with `ottokit-tiktok connect`, or look around first with `ottokit-tiktok connect --demo`.',
    );

  const action =
    <O>(read: (flags: Flags, words: string[]) => O, command: (program: Program, options: O) => Promise<ExitCode>) =>
    async (...given: unknown[]): Promise<void> => {
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

  const add = (name: string, description: string): Command =>
    cli.command(name).description(description).helpOption('--help', 'print this help').exitOverride();

  add('connect', 'set up and verify the connection of a shop, or go on where it was left')
    .addOption(profileOption())
    .addOption(
      new Option('--region <region>', 'where the shop is: us, or row for every other country').choices(['us', 'row']),
    )
    .option('--redirect-url <url>', "the app's Redirect URL, exactly as in Partner Center")
    .addOption(
      new Option('--capture <way>', 'how the answer comes back')
        .choices(['auto', 'browser', 'listener', 'paste'])
        .default('auto'),
    )
    .addOption(new Option('--port <n>', 'listen here, for a tunnel that forwards to this computer').argParser(port))
    .option('--app-key <key>', 'App Key, from the app page')
    .option('--service-id <id>', "Service ID: the 19-digit number under the app's name")
    .option('--app-secret-stdin', 'read the App Secret from stdin')
    .option('--app-secret-file <file>', 'read the App Secret from a file')
    .addOption(new Option('--timeout <minutes>', 'how long to wait for the browser').argParser(minutes).default(15))
    .option('--no-browser', 'open no browser; the address is printed all the same')
    .option('--restart', 'begin anew; a connection stands until it is replaced')
    .option('--yes', 'take the defaults, tick all scopes, overrule warnings')
    .option('--json', 'one JSON document on stdout')
    .option('--demo', 'walk through it with a simulated TikTok Shop; touches nothing of yours')
    .action(
      action(
        (flags) => ({
          ...(flags as unknown as ConnectOptions),
          ...bools(flags, 'appSecretStdin', 'restart', 'yes', 'json', 'demo'),
          openBrowser: flags['browser'] !== false,
        }),
        async (program, options) => (await import('./commands/connect.ts')).connect(program, options),
      ),
    );

  add('doctor', 'say what is wrong, and what to do about it')
    .argument('[check...]', 'only these checks; --list names them')
    .addOption(profileOption())
    .option('--fix', 'mend what can be mended safely: permissions, an expired token, a stale lock')
    .option('--offline', 'leave out what needs the network')
    .option('--strict', 'let warnings fail too')
    .option('--list', 'list the checks and stop')
    .option('--json', 'one JSON document on stdout')
    .action(
      action(
        (flags, checks) => ({
          profile: flags.profile,
          checks,
          ...bools(flags, 'fix', 'offline', 'strict', 'list', 'json'),
        }),
        async (program, options) => (await import('./commands/doctor.ts')).doctor(program, options),
      ),
    );

  add('scopes', 'print the checklist of the seven scopes that OttoKit needs')
    .addOption(profileOption())
    .addOption(new Option('--json', 'one JSON document on stdout').conflicts(['markdown', 'ids']))
    .addOption(new Option('--markdown', 'a Markdown checklist').conflicts(['ids']))
    .option('--ids', 'the IDs on one line, comma-separated')
    .option('--open', "open the app's page in Partner Center")
    .action(
      action((flags) => ({ profile: flags.profile, ...bools(flags, 'json', 'markdown', 'ids', 'open') }), scopes),
    );

  add('status', 'list every profile: shops, expiry, scopes; without the network')
    .option('--json', 'one JSON document on stdout')
    .action(
      action(
        (flags) => bools(flags, 'json'),
        async (program, options) => (await import('./commands/status.ts')).status(program, options),
      ),
    );

  add('token', 'print an access token, refreshed if need be, and nothing else')
    .addOption(profileOption())
    .addOption(
      new Option('--min-validity <minutes>', 'refresh when it is valid for less than this')
        .argParser(minutes)
        .default(10),
    )
    .option('--json', 'one JSON document on stdout')
    .action(
      action(
        (flags) => ({ profile: flags.profile, minValidity: Number(flags['minValidity']), ...bools(flags, 'json') }),
        async (program, options) => (await import('./commands/token.ts')).token(program, options),
      ),
    );

  add('disconnect', 'forget a profile on this computer, or revoke it at TikTok Shop too')
    .addOption(profileOption().conflicts('all'))
    .option('--all', 'every profile')
    .option('--revoke', 'deauthorize the shops at TikTok Shop first')
    .option('--yes', 'do not ask')
    .option('--json', 'one JSON document on stdout')
    .action(
      action(
        (flags) => ({ profile: flags.profile, ...bools(flags, 'all', 'revoke', 'yes', 'json') }),
        async (program, options) => (await import('./commands/disconnect.ts')).disconnect(program, options),
      ),
    );

  add('store', 'keep the key of the store elsewhere: `store move keychain`, for instance')
    .usage('[options] move <keychain|passphrase|key-file>')
    .addArgument(new Argument('<action>', 'what to do').choices(['move']))
    .addArgument(new Argument('<to>', 'where the key is to be').choices(['keychain', 'passphrase', 'key-file']))
    .option('--json', 'one JSON document on stdout')
    .action(
      action(
        (flags, [, to = 'keychain']) => ({ to: to as KeySource, ...bools(flags, 'json') }),
        async (program, options) => (await import('./commands/store-move.ts')).storeMove(program, options),
      ),
    );

  add('completion', 'print the completion script of a shell')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
    .action(
      action(
        (_, [name = 'bash']) => ({ shell: name as 'bash' | 'zsh' | 'fish', cli: outlineOf(cli) }),
        async (program, options) => (await import('./commands/completion.ts')).completion(program, options),
      ),
    );
  return cli;
}

type Flags = Readonly<Record<string, unknown>> & { readonly profile: string };

/** Flags that are either there or not. */
function bools<const K extends string>(flags: Flags, ...names: readonly K[]): Record<K, boolean> {
  return Object.fromEntries(names.map((name) => [name, flags[name] === true])) as Record<K, boolean>;
}

const profileOption = (): Option =>
  new Option('--profile <name>', 'which connection, when there are several; also OTTOKIT_TIKTOK_PROFILE');

function profileFrom(flags: Readonly<Record<string, unknown>>, env: Shell['env']): string {
  const fromFlag = flags['profile'];
  const name = typeof fromFlag === 'string' ? fromFlag : env['OTTOKIT_TIKTOK_PROFILE'];
  if (name === undefined || (name === '' && typeof fromFlag !== 'string')) return 'default';
  if (!validProfileName(name)) throw fail('profile-name-refused', { name });
  return name;
}

function port(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > 65_535) throw new InvalidArgumentError('A port is 1 to 65535.');
  return value;
}

/** A week is the limit of what a timer and a token can use. */
function minutes(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value > 10_080)
    throw new InvalidArgumentError('Minutes are a number from 0 to 10080.');
  return value;
}
