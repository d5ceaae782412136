import { Argument, InvalidArgumentError, Option, type Command } from 'commander';
import type { ConnectOptions } from './commands/connect.ts';
import { outlineOf } from './commands/outline.ts';
import type { ExitCode, Program } from './commands/program.ts';
import { scopes } from './commands/scopes.ts';
import type { KeySource } from './store/store.ts';

/** What was given on the command line, by commander's names; `profile` is settled by then. */
export type Flags = Readonly<Record<string, unknown>> & { readonly profile: string };

/** Makes what commander calls: `read` turns flags and words into the options of `command`. */
export type Act = <O>(
  read: (flags: Flags, words: readonly string[]) => O,
  command: (program: Program, options: O) => ExitCode | Promise<ExitCode>,
) => (...given: unknown[]) => Promise<void>;

interface CommandEntry {
  readonly name: string;
  readonly description: string;
  /** Adds the words and flags that it takes, and what it does. */
  readonly define: (command: Command, act: Act) => unknown;
  /** Whether it tells of all the others, which are then to be defined too. */
  readonly tellsOfAll?: true;
}

/** Every command: its flags become options, and it is loaded only when it runs. */
export const commandTable: readonly CommandEntry[] = [
  {
    name: 'connect',
    description: 'set up and verify the connection of a shop, or go on where it was left',
    define: (command, act) =>
      command
        .addOption(profileOption())
        .addOption(
          new Option('--region <region>', 'where the shop is: us, or row for every other country').choices([
            'us',
            'row',
          ]),
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
        .addOption(new Option('--reauthorize', 'only authorize again, with the same app').conflicts('restart'))
        .option('--yes', 'take the defaults, tick all scopes, overrule warnings')
        .option('--json', 'one JSON document on stdout')
        .option('--demo', 'walk through it with a simulated TikTok Shop; touches nothing of yours')
        .action(
          act(
            (flags) => ({
              ...(flags as unknown as ConnectOptions),
              ...bools(flags, 'appSecretStdin', 'restart', 'reauthorize', 'yes', 'json', 'demo'),
              openBrowser: flags['browser'] !== false,
            }),
            async (program, options) => (await import('./commands/connect.ts')).connect(program, options),
          ),
        ),
  },
  {
    name: 'doctor',
    description: 'say what is wrong, and what to do about it',
    define: (command, act) =>
      command
        .argument('[check...]', 'only these checks; --list names them')
        .addOption(profileOption())
        .option('--fix', 'mend what can be mended safely: permissions, an expired token, a stale lock')
        .option('--offline', 'leave out what needs the network')
        .option('--strict', 'let warnings fail too')
        .option('--list', 'list the checks and stop')
        .option('--json', 'one JSON document on stdout')
        .action(
          act(
            (flags, checks) => ({
              profile: flags.profile,
              checks,
              ...bools(flags, 'fix', 'offline', 'strict', 'list', 'json'),
            }),
            async (program, options) => (await import('./commands/doctor.ts')).doctor(program, options),
          ),
        ),
  },
  {
    name: 'scopes',
    description: 'print the checklist of the seven scopes that OttoKit needs',
    define: (command, act) =>
      command
        .addOption(profileOption())
        .addOption(new Option('--json', 'one JSON document on stdout').conflicts(['markdown', 'ids']))
        .addOption(new Option('--markdown', 'a Markdown checklist').conflicts(['ids']))
        .option('--ids', 'the IDs on one line, comma-separated')
        .option('--open', "open the app's page in Partner Center")
        .action(
          act((flags) => ({ profile: flags.profile, ...bools(flags, 'json', 'markdown', 'ids', 'open') }), scopes),
        ),
  },
  {
    name: 'status',
    description: 'list every profile: shops, expiry, scopes; without the network',
    define: (command, act) =>
      command.option('--json', 'one JSON document on stdout').action(
        act(
          (flags) => bools(flags, 'json'),
          async (program, options) => (await import('./commands/status.ts')).status(program, options),
        ),
      ),
  },
  {
    name: 'token',
    description: 'print an access token, refreshed if need be, and nothing else',
    define: (command, act) =>
      command
        .addOption(profileOption())
        .addOption(
          new Option('--min-validity <minutes>', 'refresh when it is valid for less than this')
            .argParser(minutes)
            .default(10),
        )
        .option('--json', 'one JSON document on stdout')
        .action(
          act(
            (flags) => ({ profile: flags.profile, minValidity: Number(flags['minValidity']), ...bools(flags, 'json') }),
            async (program, options) => (await import('./commands/token.ts')).token(program, options),
          ),
        ),
  },
  {
    name: 'disconnect',
    description: 'forget a profile on this computer, or revoke it at TikTok Shop too',
    define: (command, act) =>
      command
        .addOption(profileOption().conflicts('all'))
        .option('--all', 'every profile')
        .option('--revoke', 'deauthorize the shops at TikTok Shop first')
        .option('--yes', 'do not ask')
        .option('--json', 'one JSON document on stdout')
        .action(
          act(
            (flags) => ({ profile: flags.profile, ...bools(flags, 'all', 'revoke', 'yes', 'json') }),
            async (program, options) => (await import('./commands/disconnect.ts')).disconnect(program, options),
          ),
        ),
  },
  {
    name: 'store',
    description: 'keep the key of the store elsewhere: `store move keychain`, for instance',
    define: (command, act) =>
      command
        .usage('[options] move <keychain|passphrase|key-file>')
        .addArgument(new Argument('<move>', 'what to do').choices(['move']))
        .addArgument(
          new Argument('<keychain|passphrase|key-file>', 'where the key is to be').choices([
            'keychain',
            'passphrase',
            'key-file',
          ]),
        )
        .option('--json', 'one JSON document on stdout')
        .action(
          act(
            (flags, [, to = 'keychain']) => ({ to: to as KeySource, ...bools(flags, 'json') }),
            async (program, options) => (await import('./commands/store-move.ts')).storeMove(program, options),
          ),
        ),
  },
  {
    name: 'completion',
    description: 'print the completion script of a shell',
    tellsOfAll: true,
    define: (command, act) =>
      command.addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish'])).action(
        act(
          (_, [name = 'bash']) => ({
            shell: name as 'bash' | 'zsh' | 'fish',
            cli: outlineOf(command.parent ?? command),
          }),
          async (program, options) => (await import('./commands/completion.ts')).completion(program, options),
        ),
      ),
  },
];

/** Flags that are either there or not. */
function bools<const K extends string>(flags: Flags, ...names: readonly K[]): Record<K, boolean> {
  return Object.fromEntries(names.map((name) => [name, flags[name] === true])) as Record<K, boolean>;
}

const profileOption = (): Option =>
  new Option('--profile <name>', 'which connection, when there are several; also OTTOKIT_TIKTOK_PROFILE');

function port(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > 65_535) throw new InvalidArgumentError('A port is 1 to 65535.');
  return value;
}

/** A week is the limit of what a timer and a token can use. */
function minutes(text: string): number {
  const value = Number(text);
  if (!/^(\d+(\.\d*)?|\.\d+)$/.test(text) || value > 10_080)
    throw new InvalidArgumentError('Minutes are a number from 0 to 10080.');
  return value;
}
