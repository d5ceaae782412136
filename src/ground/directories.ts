import { posix, win32 } from 'node:path';
import type { Env } from './env.ts';
import { fail } from './errors.ts';

/** Where the program keeps its files; each is found when it is asked for. */
export interface Directories {
  /** Holds the store. @throws Failure directory-unknown */
  readonly config: () => string;
  /** Holds key files; never inside `config`. @throws Failure directory-unknown */
  readonly data: () => string;
  /** The user's home; empty if there is none. */
  readonly home: string;
}

interface Machine {
  readonly env: Env;
  readonly platform: NodeJS.Platform;
  /** The user's home by the system's list of users; throws if the user is not in it. */
  readonly homeOfUser: () => string;
  /** Throws if the working directory was deleted. */
  readonly workingDirectory: () => string;
}

const name = 'ottokit-tiktok';

const pathsOf = (platform: NodeJS.Platform): typeof posix => (platform === 'win32' ? win32 : posix);

/**
 * The directories that each system provides for programs; on Linux by the XDG Base Directory Specification, where empty
 * means unset and relative paths are ignored. A path that the shell left unexpanded (`~/x`, `$HOME/x`) is refused:
 * it would end up in the working directory.
 */
export function directoriesOf(machine: Machine): Directories {
  const { env, platform } = machine;
  const path = pathsOf(platform);
  const fromHome = (...parts: string[]): string => path.join(homeOf(machine), ...parts);
  const standard = (variable: string, ...fallback: string[]): string =>
    absoluteFrom(machine, variable) ?? fromHome(...fallback);
  const directories = {
    config: () => {
      if (platform === 'darwin') return fromHome('Library', 'Preferences', name);
      if (platform === 'win32') return path.join(standard('APPDATA', 'AppData', 'Roaming'), name, 'Config');
      return path.join(standard('XDG_CONFIG_HOME', '.config'), name);
    },
    data: () => {
      if (platform === 'darwin') return fromHome('Library', 'Application Support', name);
      if (platform === 'win32') return path.join(standard('LOCALAPPDATA', 'AppData', 'Local'), name, 'Data');
      return path.join(standard('XDG_DATA_HOME', '.local', 'share'), name);
    },
  };
  return {
    config: () => givenConfig(machine) ?? directories.config(),
    data: directories.data,
    get home() {
      try {
        return homeOf(machine);
      } catch {
        return env['HOME'] ?? '';
      }
    },
  };
}

/** `OTTOKIT_TIKTOK_CONFIG_DIR`, which may be relative to the working directory. */
function givenConfig({ env, platform, workingDirectory }: Machine): string | undefined {
  const variable = 'OTTOKIT_TIKTOK_CONFIG_DIR';
  const given = expanded(env, variable);
  const path = pathsOf(platform);
  if (given === undefined || path.isAbsolute(given)) return given === undefined ? undefined : path.normalize(given);
  try {
    return path.join(workingDirectory(), given);
  } catch (cause) {
    const why = `${variable} is the relative path “${given}”, and the working directory no longer exists`;
    throw fail('directory-unknown', { why }, { cause });
  }
}

/** A standard variable's path; `undefined` if it is unset, empty or relative. */
function absoluteFrom({ env, platform }: Machine, variable: string): string | undefined {
  const given = expanded(env, variable);
  const path = pathsOf(platform);
  return given !== undefined && path.isAbsolute(given) ? given : undefined;
}

function homeOf({ env, platform, homeOfUser }: Machine): string {
  const variable = platform === 'win32' ? 'USERPROFILE' : 'HOME';
  const path = pathsOf(platform);
  const given = expanded(env, variable) ?? fromUsers(homeOfUser, variable);
  if (!path.isAbsolute(given))
    throw fail('directory-unknown', { why: `${variable} is “${given}”, not an absolute path` });
  return given;
}

function fromUsers(homeOfUser: () => string, variable: string): string {
  try {
    const home = homeOfUser();
    if (home !== '') return home;
  } catch {
    // The user has a number and no name, as in many containers.
  }
  throw fail('directory-unknown', { why: `${variable} is not set, and the system knows no home for this user` });
}

/** The variable's value; `undefined` if it is unset or empty. */
function expanded(env: Env, variable: string): string | undefined {
  const given = env[variable];
  if (given === undefined || given === '') return undefined;
  if (!/^(~|\$|%)/.test(given)) return given;
  throw fail('directory-unknown', { why: `${variable} is “${given}” as it is written, which only a shell expands` });
}
