import type { Command } from 'commander';
import type { Program } from '../commands/program.ts';
import { defined } from '../ground/defined.ts';
import { given, type Env } from '../ground/env.ts';
import { fail, isFailure } from '../ground/errors.ts';
import { withProfileFlag, withStoreFlag } from '../ground/profile-flag.ts';
import { readSettings, settingRules, settingsPath, type SettingKey, type Settings } from '../settings/settings.ts';
import { isProfilePattern, validProfileName } from '../store/model/profile.ts';

/** The outside world for `run`. Only main.ts, which creates it, touches the process. */
export interface Shell {
  readonly version: string;
  readonly env: Env;
  readonly configDirectory: () => string;
  readonly makeProgram: (options: ProgramOptions) => Program;
  /** Prints to stdout without wrapping or formatting. */
  readonly write: (text: string) => void;
  /** The width of stdout; 80 if it isn't a terminal. */
  readonly columns: () => number;
}

export interface ProgramOptions extends Pick<Program, 'addFlags' | 'moveTo'> {
  readonly debug: boolean;
  readonly color: boolean;
  /** The environment, with the variables that flags and settings set. */
  readonly env: Env;
}

interface Flags {
  readonly debug?: true;
  readonly color: boolean;
  readonly store?: string;
  readonly demo?: true;
  readonly all?: true;
  readonly profile?: string;
}

/** Builds what a command needs. Flags override the environment, which overrides the settings. */
export async function prepare(command: Command, shell: Shell): Promise<{ program: Program; options: object }> {
  const flags = command.optsWithGlobals<Flags>();
  // The demo ignores the user's settings and our environment variables.
  const isDemo = flags.demo === true;
  const env = isDemo ? {} : shell.env;
  // Check the origin for every command, even one that sends nothing.
  if (env['OTTOKIT_TIKTOK_ORIGIN']) (await import('../commands/hosts.ts')).originFrom(env);
  const profileFlag = command.options.find(({ long }) => long === '--profile');
  const profileInEnv = given(env, 'OTTOKIT_TIKTOK_PROFILE');
  const isAll = flags.all === true;
  const needsSettings = profileFlag !== undefined && !isAll && (flags.profile ?? profileInEnv) === undefined;
  const { settings, problems = [] } = isDemo ? { settings: {} } : await settingsFor(shell, needsSettings);
  const usualProfile = (profileFlag && (profileInEnv ?? settings.profile)) ?? 'default';
  const profile = isAll ? 'default' : (flags.profile ?? usualProfile);
  const isPattern = profileFlag?.flags.includes('pattern') === true && isProfilePattern(profile);
  if (!isPattern && !validProfileName(profile)) {
    const variable = flags.profile === undefined ? 'OTTOKIT_TIKTOK_PROFILE' : undefined;
    throw fail('profile-name-refused', defined({ name: profile, variable }));
  }
  const program = shell.makeProgram({
    debug: flags.debug === true,
    color: flags.color,
    env: environment(shell.env, flags, settings),
    // Commands about several profiles name each profile themselves.
    ...messageFlags(isPattern ? 'default' : profile, usualProfile, flags.store),
  });
  // These two commands report the problem themselves.
  if (!['settings', 'use'].includes(command.name())) problems.forEach((problem) => program.io.say.warn(problem));
  const { capture = 'auto', port: tunnelPort } = settings;
  const options = { ...booleanFlagDefaults(command), ...defined({ capture, tunnelPort }), ...flags, profile };
  return { program, options: { ...options, ...argumentsOf(command) } };
}

/** `usualProfile` is the one that a command uses without `--profile`. */
function messageFlags(profile: string, usualProfile: string, store: string | undefined) {
  let current = profile;
  let again = 'the same command again';
  return {
    addFlags: (text: string): string => {
      const byDefault = current === 'default' ? usualProfile : 'default';
      const withProfile = withProfileFlag(text.replaceAll('the same command again', again), current, byDefault);
      return withStoreFlag(withProfile, store);
    },
    moveTo: (other: string): void => {
      current = other;
      // Running the same command again would go back to the first profile.
      again = '`ottokit-tiktok connect`';
    },
  };
}

/** Sets every flag that takes no value to `false`, because commander omits those that aren't given. */
const booleanFlagDefaults = ({ options }: Command) =>
  Object.fromEntries(options.filter((flag) => flag.isBoolean()).map((flag) => [flag.attributeName(), false]));

/** Returns the arguments by name, with `[check...]` as `checks`. */
const argumentsOf = ({ registeredArguments, processedArgs }: Command) =>
  Object.fromEntries(
    registeredArguments.map((argument, index) => [
      argument.variadic ? `${argument.name()}s` : argument.name(),
      processedArgs[index] as unknown,
    ]),
  );

function environment(env: Env, { store }: Flags, { browser, accessible }: Settings): Env {
  const BROWSER = given(env, 'BROWSER') ?? browser;
  const ACCESSIBLE = given(env, 'ACCESSIBLE') ?? (accessible === true ? '1' : undefined);
  return { ...env, ...defined({ BROWSER, ACCESSIBLE, OTTOKIT_TIKTOK_STORE: store }) };
}

/** Reads the settings. Throws only if the command `needs` the one that is unreadable to know its profile. */
async function settingsFor(shell: Shell, needs: boolean): Promise<{ settings: Settings; problems?: string[] }> {
  const problems: string[] = [];
  const mayIgnore = (key: SettingKey): boolean => {
    const path = settingsPath(shell.configDirectory());
    problems.push(`The setting ${key} in ${path} is ignored, because it must be ${settingRules[key].expected}.`);
    return !needs || key !== 'profile';
  };
  try {
    return { settings: await readSettings(shell.configDirectory(), mayIgnore), problems };
  } catch (thrown) {
    if (!isFailure(thrown)) throw thrown;
    // Without a directory, there are no settings. A command that needs the directory reports the problem itself.
    if (thrown.code === 'directory-unknown') return { settings: {} };
    if (needs) throw thrown;
    return { settings: {}, problems: [thrown.message] };
  }
}
