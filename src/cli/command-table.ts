import { Argument, Option, type Command } from 'commander';
import type { ExitCode, Program } from '../commands/program.ts';
import { scopes } from '../commands/scopes.ts';
import { regionIds } from '../ground/regions.ts';
import { captureWays, settingKeys } from '../settings/settings.ts';
import { backends } from '../store/backends.ts';
import { atLeastOne, jsonFlag, minutes, port, profileFlag, profilePatternFlag } from './flags.ts';

export interface CommandEntry {
  readonly name: string;
  /** The command's heading in the help. Commands in a group must be adjacent. */
  readonly group: 'Set up' | 'Look' | 'Use' | 'Maintain';
  readonly description: string;
  /** Command lines without the program's name. */
  readonly examples: readonly string[];
  readonly define: (command: Command) => unknown;
  /**
   * Loads the function that runs the command. Its options are the flags and arguments that `prepare` returns: a flag
   * that takes no value is `true` or `false`, and `profile` is always set. Without `load`, `define` sets the action.
   */
  readonly load?: (command: Command) => Promise<Run>;
}

type Run = (program: Program, options: never, cli: Command) => ExitCode | Promise<ExitCode>;

/** Except for `scopes`, a command's code is loaded only when it runs. */
export const commandTable: readonly CommandEntry[] = [
  {
    name: 'connect',
    group: 'Set up',
    description: 'set up and verify a shop, or continue where you left off',
    examples: ['connect', 'connect --region row --app-secret-file secret.txt --yes --json'],
    define: (command) =>
      command
        .addOption(profileFlag())
        .addOption(
          new Option('--region <region>', 'where the shop is: us, or row for every other country').choices(regionIds),
        )
        .option('--redirect-url <url>', "the app's Redirect URL, exactly as in Partner Center")
        .addOption(
          new Option('--capture <way>', "how to capture TikTok Shop's answer (default: auto)").choices(captureWays),
        )
        .option('--port <n>', 'local port to listen on, for a tunnel that forwards to it', port)
        .option('--app-key <key>', 'App Key, from the app page')
        .option('--service-id <id>', "Service ID: the 19-digit number under the app's name")
        .option('--app-secret-stdin', 'read the App Secret from stdin')
        .addOption(
          new Option('--app-secret-file <file>', 'read the App Secret from a file').conflicts('appSecretStdin'),
        )
        .option('--timeout <minutes>', 'how long to wait for the browser', minutes, 15)
        .option('--no-browser', "don't open a browser; the address is always printed")
        .option('--restart', 'go through every step again; stored answers are the defaults')
        .addOption(new Option('--reauthorize', 'authorize again and keep everything else').conflicts('restart'))
        .option('--yes', 'accept the defaults, select all scopes, ignore warnings')
        .addOption(jsonFlag())
        .option('--demo', 'try it with a simulated TikTok Shop; changes nothing'),
    load: async (command) =>
      command.opts<{ demo?: true }>().demo === true
        ? (await import('../commands/connect-demo.ts')).connectDemo
        : (await import('../commands/connect.ts')).connect,
  },
  {
    name: 'doctor',
    group: 'Look',
    description: "check the setup, and say how to fix what's wrong",
    examples: ['doctor', 'doctor token scopes --json'],
    define: (command) =>
      command
        .argument('[check...]', 'only these checks; --list names them')
        .addOption(
          profilePatternFlag('a profile, or a pattern such as shop-*; also OTTOKIT_TIKTOK_PROFILE').conflicts('all'),
        )
        .option('--all', 'every profile')
        .option('--concurrency <n>', 'with several profiles: how many to check at once', atLeastOne)
        .option('--fix', 'fix what is safe to fix: permissions, an expired token, a stale lock')
        .option('--offline', 'skip the checks that need the network')
        .option('--strict', 'treat warnings as failures')
        .option('--list', 'list the checks and stop')
        .addOption(jsonFlag()),
    load: async () => (await import('../commands/doctor.ts')).doctor,
  },
  {
    name: 'status',
    group: 'Look',
    description: 'list every profile: shops, scopes and expiry as stored',
    examples: ['status', "status --profile 'shop-*' --json"],
    define: (command) =>
      command
        .addOption(profilePatternFlag('only the profiles that match, such as shop-*').default('*', 'all of them'))
        .addOption(jsonFlag()),
    load: async () => (await import('../commands/status.ts')).status,
  },
  {
    name: 'scopes',
    group: 'Look',
    description: 'print the checklist of the scopes that OttoKit needs',
    examples: ['scopes', 'scopes --ids'],
    define: (command) =>
      command
        .addOption(profileFlag())
        .addOption(jsonFlag().conflicts(['markdown', 'ids']))
        .addOption(new Option('--markdown', 'a Markdown checklist').conflicts('ids'))
        .option('--ids', 'the IDs on one line, comma-separated')
        .option('--open', "open the app's page in Partner Center"),
    load: () => Promise.resolve(scopes),
  },
  {
    name: 'token',
    group: 'Use',
    description: 'print a valid access token, and nothing else',
    examples: ['token', 'token --profile shop-2 --min-validity 60'],
    define: (command) =>
      command
        .addOption(profileFlag())
        .option('--min-validity <minutes>', 'refresh it if it expires sooner than this', minutes, 10)
        .addOption(jsonFlag()),
    load: async () => (await import('../commands/token.ts')).token,
  },
  {
    name: 'use',
    group: 'Use',
    description: 'set the default profile',
    examples: ['use shop-2', 'use default'],
    define: (command) => command.argument('<profile>', 'the profile'),
    load: async () => (await import('../commands/use.ts')).use,
  },
  {
    name: 'disconnect',
    group: 'Maintain',
    description: 'delete a profile; can also revoke its authorization',
    examples: ['disconnect', 'disconnect --profile shop-2 --revoke --yes'],
    define: (command) =>
      command
        .addOption(profileFlag().conflicts('all'))
        .option('--all', 'every profile')
        .option('--revoke', 'deauthorize the shops at TikTok Shop first')
        .option('--yes', "don't ask for confirmation")
        .addOption(jsonFlag()),
    load: async () => (await import('../commands/disconnect.ts')).disconnect,
  },
  {
    name: 'store',
    group: 'Maintain',
    description: 'move the store or its key to another place',
    examples: ['store move keychain', `store move ${backends[0].example}`],
    define: (command) =>
      command
        .usage('[options] move <keychain|passphrase|key-file|file|ADDRESS> | sql')
        .addArgument(
          new Argument('<action>', "move, or sql to print the SQL for a database's tables").choices(['move', 'sql']),
        )
        .addArgument(
          new Argument('[place]', 'where to move the key; file or an address moves every profile')
            .choices(['keychain', 'passphrase', 'key-file', 'file'])
            // Completion shows the choices, but an address is valid too, and an error must not show its password.
            .argParser((text: string) => text),
        )
        .addOption(jsonFlag()),
    load: async () => (await import('../commands/store-move.ts')).store,
  },
  {
    name: 'settings',
    group: 'Maintain',
    description: 'show or change the defaults for later commands',
    examples: ['settings', 'settings set capture paste'],
    define: (command) =>
      command
        .usage('[options] [list | get KEY | set KEY VALUE | unset KEY | path]')
        .addArgument(new Argument('[action]', 'what to do').choices(['list', 'get', 'set', 'unset', 'path']))
        .addArgument(new Argument('[key]', 'which setting').choices(settingKeys))
        .argument('[value]', 'the value to set')
        .addOption(jsonFlag()),
    load: async () => (await import('../commands/settings.ts')).settings,
  },
  {
    name: 'completion',
    group: 'Maintain',
    description: 'print a completion script for your shell',
    examples: ['completion zsh', 'completion powershell'],
    define: (command) => command.addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish', 'powershell'])),
    load: async () => (await import('../commands/completion.ts')).completion,
  },
  {
    name: 'help',
    group: 'Maintain',
    description: 'show this help, or the help for one command',
    examples: ['help', 'help connect'],
    define: (command) =>
      command
        .addArgument(new Argument('[command]', 'the command').choices(commandTable.map(({ name }) => name)))
        .action((name: string | undefined) => {
          const cli = command.parent ?? command;
          (cli.commands.find((found) => found.name() === name) ?? cli).outputHelp();
        }),
  },
];
