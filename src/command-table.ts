import { isBlockedPort } from './ground/blocked-ports.ts';
import { regionIds } from './ground/regions.ts';
import { Argument, InvalidArgumentError, Option, type Command } from 'commander';
import type { ConnectOptions } from './commands/connect.ts';
import { outlineOf } from './commands/outline.ts';
import type { ExitCode, Program } from './commands/program.ts';
import { scopes } from './commands/scopes.ts';
import type { Shell as CompletionShell } from './commands/completion.ts';
import type { SettingsAction } from './commands/settings.ts';
import { settingKeys, type SettingKey } from './settings/settings.ts';
import type { StoreAction } from './commands/store-move.ts';

/** What was given on the command line, by commander's names; `profile` is settled by then. */
export type Flags = Readonly<Record<string, unknown>> & { readonly profile: string };

/** Makes what commander calls: `read` turns flags and words into the options of `command`. */
export type Act = <O>(
  read: (flags: Flags, words: readonly string[]) => O,
  command: (program: Program, options: O) => ExitCode | Promise<ExitCode>,
) => (...given: unknown[]) => Promise<void>;

export type CommandGroup = 'set up' | 'look' | 'use' | 'maintain';

export interface CommandEntry {
  readonly name: string;
  readonly group: CommandGroup;
  readonly description: string;
  /** Without the program's name. */
  readonly examples: readonly [string, string];
  /** Adds the words and flags that it takes, and what it does. */
  readonly define: (command: Command, act: Act) => unknown;
  /** Whether it shows all the others, which must have their flags then. */
  readonly needsAll?: true;
}

/** Every command: its flags become options, and it is loaded only when it runs. */
export const commandTable: readonly CommandEntry[] = [
  {
    name: 'connect',
    group: 'set up',
    description: 'set up and verify a shop, or continue where you left off',
    examples: ['connect', 'connect --region row --app-secret-file secret.txt --yes --json'],
    define: (command, act) =>
      command
        .addOption(profileOption())
        .addOption(
          new Option('--region <region>', 'where the shop is: us, or row for every other country').choices(regionIds),
        )
        .option('--redirect-url <url>', "the app's Redirect URL, exactly as in Partner Center")
        .addOption(
          new Option('--capture <way>', 'how the answer comes back (default: auto)').choices([
            'auto',
            'browser',
            'listener',
            'paste',
          ]),
        )
        .addOption(new Option('--port <n>', 'listen here, for a tunnel that forwards to this computer').argParser(port))
        .option('--app-key <key>', 'App Key, from the app page')
        .option('--service-id <id>', "Service ID: the 19-digit number under the app's name")
        .option('--app-secret-stdin', 'read the App Secret from stdin')
        .option('--app-secret-file <file>', 'read the App Secret from a file')
        .addOption(new Option('--timeout <minutes>', 'how long to wait for the browser').argParser(minutes).default(15))
        .option('--no-browser', 'open no browser; the address is printed all the same')
        .option('--restart', 'go through every step again, with what is stored as the default')
        .addOption(new Option('--reauthorize', 'only authorize again, with the same app').conflicts('restart'))
        .option('--yes', 'take the defaults, tick all scopes, overrule warnings')
        .addOption(jsonOption())
        .option('--demo', 'walk through it with a simulated TikTok Shop; touches nothing of yours')
        .action(
          act(
            (flags) => ({
              ...(flags as unknown as ConnectOptions),
              ...bools(flags, 'appSecretStdin', 'restart', 'reauthorize', 'yes', 'json', 'demo'),
              capture: (flags['capture'] ?? 'auto') as ConnectOptions['capture'],
              openBrowser: flags['browser'] !== false,
            }),
            async (program, options) => (await import('./commands/connect.ts')).connect(program, options),
          ),
        ),
  },
  {
    name: 'doctor',
    group: 'look',
    description: 'say what is wrong, and how to fix it',
    examples: ['doctor', 'doctor token scopes --json'],
    define: (command, act) =>
      command
        .argument('[check...]', 'only these checks; --list names them')
        .addOption(profilePatternOption().conflicts('all'))
        .option('--all', 'every profile')
        .addOption(new Option('--concurrency <n>', 'with --all: how many profiles at a time').argParser(atLeastOne))
        .option('--fix', 'fix what is safe to fix: permissions, an expired token, a stale lock')
        .option('--offline', 'leave out what needs the network')
        .option('--strict', 'let warnings fail too')
        .option('--list', 'list the checks and stop')
        .addOption(jsonOption())
        .action(
          act(
            ({ profile, concurrency, ...flags }, checks) => ({
              profile,
              checks,
              ...(typeof concurrency === 'number' ? { concurrency } : {}),
              ...bools({ profile, ...flags }, 'all', 'fix', 'offline', 'strict', 'list', 'json'),
            }),
            async (program, options) => (await import('./commands/doctor.ts')).doctor(program, options),
          ),
        ),
  },
  {
    name: 'status',
    group: 'look',
    description: 'list every profile: shops, scopes, expiry; works offline',
    examples: ['status', "status --profile 'shop-*' --json"],
    define: (command, act) =>
      command
        .addOption(
          new Option(profilePatternFlag, 'only these: a name, or a pattern such as shop-*').default('*', 'all of them'),
        )
        .addOption(jsonOption())
        .action(
          act(
            (flags) => ({ profile: flags.profile, ...bools(flags, 'json') }),
            async (program, options) => (await import('./commands/status.ts')).status(program, options),
          ),
        ),
  },
  {
    name: 'scopes',
    group: 'look',
    description: 'print the checklist of the scopes that OttoKit needs',
    examples: ['scopes', 'scopes --ids'],
    define: (command, act) =>
      command
        .addOption(profileOption())
        .addOption(jsonOption().conflicts(['markdown', 'ids']))
        .addOption(new Option('--markdown', 'a Markdown checklist').conflicts(['ids']))
        .option('--ids', 'the IDs on one line, comma-separated')
        .option('--open', "open the app's page in Partner Center")
        .action(
          act((flags) => ({ profile: flags.profile, ...bools(flags, 'json', 'markdown', 'ids', 'open') }), scopes),
        ),
  },
  {
    name: 'token',
    group: 'use',
    description: 'print a valid access token, and nothing else',
    examples: ['token', 'token --profile shop-2 --min-validity 60'],
    define: (command, act) =>
      command
        .addOption(profileOption())
        .addOption(
          new Option('--min-validity <minutes>', 'refresh it if it is valid for less than this')
            .argParser(minutes)
            .default(10),
        )
        .addOption(jsonOption())
        .action(
          act(
            (flags) => ({ profile: flags.profile, minValidity: Number(flags['minValidity']), ...bools(flags, 'json') }),
            async (program, options) => (await import('./commands/token.ts')).token(program, options),
          ),
        ),
  },
  {
    name: 'use',
    group: 'use',
    description: 'choose the profile that is meant when none is named',
    examples: ['use shop-2', 'use default'],
    define: (command, act) =>
      command.argument('<profile>', 'the profile').action(
        act(
          (_, [name = '']) => ({ name }),
          async (program, options) => (await import('./commands/use.ts')).use(program, options),
        ),
      ),
  },
  {
    name: 'disconnect',
    group: 'maintain',
    description: 'forget a profile here, or revoke it at TikTok Shop too',
    examples: ['disconnect', 'disconnect --profile shop-2 --revoke --yes'],
    define: (command, act) =>
      command
        .addOption(profileOption().conflicts('all'))
        .option('--all', 'every profile')
        .option('--revoke', 'deauthorize the shops at TikTok Shop first')
        .option('--yes', 'do not ask')
        .addOption(jsonOption())
        .action(
          act(
            (flags) => ({ profile: flags.profile, ...bools(flags, 'all', 'revoke', 'yes', 'json') }),
            async (program, options) => (await import('./commands/disconnect.ts')).disconnect(program, options),
          ),
        ),
  },
  {
    name: 'store',
    group: 'maintain',
    description: 'move the store or its key to another place',
    examples: ['store move keychain', 'store move postgresql://db.example/team'],
    define: (command, act) =>
      command
        .usage('[options] move <keychain|passphrase|key-file|file|postgresql://…> | sql')
        .addArgument(
          new Argument('<action>', 'move, or sql to print the tables of a database').choices(['move', 'sql']),
        )
        .addArgument(
          new Argument('[place]', 'where to keep the key, or every profile')
            .choices(['keychain', 'passphrase', 'key-file', 'file'])
            // The choices are for completion: an address is a place too, and must not be repeated in an error.
            .argParser((text: string) => text),
        )
        .addOption(jsonOption())
        .action(
          act(
            (flags, [action = '', to]) => ({ action: action as StoreAction, to, ...bools(flags, 'json') }),
            async (program, options) => (await import('./commands/store-move.ts')).store(program, options),
          ),
        ),
  },
  {
    name: 'settings',
    group: 'maintain',
    description: 'show or change what later commands use by default',
    examples: ['settings', 'settings set capture paste'],
    define: (command, act) =>
      command
        .usage('[options] [list | get KEY | set KEY VALUE | unset KEY | path]')
        .addArgument(new Argument('[action]', 'what to do').choices(['list', 'get', 'set', 'unset', 'path']))
        .addArgument(new Argument('[key]', 'which setting').choices(settingKeys))
        .argument('[value]', 'with set: what to keep')
        .addOption(jsonOption())
        .action(
          act(
            (flags, [action = 'list', key, value]) => ({
              action: action as SettingsAction,
              key: key as SettingKey | undefined,
              value,
              ...bools(flags, 'json'),
            }),
            async (program, options) => (await import('./commands/settings.ts')).settings(program, options),
          ),
        ),
  },
  {
    name: 'completion',
    group: 'maintain',
    description: 'print the completion script of a shell',
    examples: ['completion zsh', 'completion powershell'],
    needsAll: true,
    define: (command, act) =>
      command.addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish', 'powershell'])).action(
        act(
          (_, [name = 'bash']) => ({ shell: name as CompletionShell, cli: outlineOf(command.parent ?? command) }),
          async (program, options) => (await import('./commands/completion.ts')).completion(program, options),
        ),
      ),
  },
  {
    name: 'help',
    group: 'maintain',
    description: 'print help, of one command too',
    examples: ['help', 'help connect'],
    define: (command) =>
      command
        .addArgument(
          new Argument('[command]', 'the command').choices(
            commandTable.map(({ name }) => name).filter((name) => name !== 'help'),
          ),
        )
        .action((name: string | undefined) => {
          const all = command.parent ?? command;
          (all.commands.find((one) => one.name() === name) ?? all).outputHelp();
        }),
  },
];

/** Flags that are either there or not. */
function bools<const K extends string>(flags: Flags, ...names: readonly K[]): Record<K, boolean> {
  return Object.fromEntries(names.map((name) => [name, flags[name] === true])) as Record<K, boolean>;
}

const jsonOption = (): Option => new Option('--json', 'one JSON document on stdout');

/** Of commands that take a pattern for several profiles: `shop-*`. */
export const profilePatternFlag = '--profile <pattern>';

const profilePatternOption = (): Option =>
  new Option(profilePatternFlag, 'which connection, or several: shop-*; also OTTOKIT_TIKTOK_PROFILE');

const profileOption = (): Option =>
  new Option('--profile <name>', 'which connection, when there are several; also OTTOKIT_TIKTOK_PROFILE');

function port(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > 65_535) throw new InvalidArgumentError('A port is 1 to 65535.');
  if (isBlockedPort(value)) throw new InvalidArgumentError(`Browsers don’t open port ${text}; choose another.`);
  return value;
}

function atLeastOne(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('It is a number from 1 to 9999.');
  return Number(text);
}

/** A week is the limit of what a timer and a token can use. */
function minutes(text: string): number {
  const value = Number(text);
  if (!/^(\d+(\.\d*)?|\.\d+)$/.test(text) || value > 10_080)
    throw new InvalidArgumentError('Minutes are a number from 0 to 10080.');
  return value;
}
