import { posix, win32 } from 'node:path';
import { attempt } from './attempt.ts';
import { given, type Env } from './env.ts';
import { fail } from './errors.ts';

/** Where the program keeps its files. Looks up a directory only when it is needed, because the lookup may fail. */
export interface Directories {
  /** Contains the store. @throws Failure directory-unknown */
  readonly config: () => string;
  /** Contains the directory of key files. @throws Failure directory-unknown */
  readonly data: () => string;
  /** The user's home; empty if there is none. */
  readonly home: () => string;
}

interface Machine {
  readonly env: Env;
  readonly platform: NodeJS.Platform;
  /** The user's home from the system's user database; throws if the user isn't in it, as in many containers. */
  readonly homeOfUser: () => string;
  /** Throws if the working directory has been deleted. */
  readonly workingDirectory: () => string;
}

/** A system directory: the value of `variable`, otherwise the path `below` in the user's home. */
interface Standard {
  readonly variable?: string;
  readonly below: string;
  /** A subdirectory of the program's directory. */
  readonly leaf?: string;
}

const linux: Record<'config' | 'data', Standard> = {
  config: { variable: 'XDG_CONFIG_HOME', below: '.config' },
  data: { variable: 'XDG_DATA_HOME', below: '.local/share' },
};
const others: Partial<Record<NodeJS.Platform, typeof linux>> = {
  darwin: { config: { below: 'Library/Preferences' }, data: { below: 'Library/Application Support' } },
  win32: {
    config: { variable: 'APPDATA', below: 'AppData/Roaming', leaf: 'Config' },
    data: { variable: 'LOCALAPPDATA', below: 'AppData/Local', leaf: 'Data' },
  },
};

/**
 * Finds the directories that each system provides for programs. As in the XDG Base Directory Specification, an empty
 * variable counts as unset, and relative paths are ignored.
 */
export function directoriesOf(machine: Machine): Directories {
  const { config, data } = others[machine.platform] ?? linux;
  return {
    config: () => configOverride(machine) ?? standardPath(machine, config),
    data: () => standardPath(machine, data),
    home: () => attempt(() => homeOf(machine), ''),
  };
}

const pathsOf = ({ platform }: Machine): typeof posix => (platform === 'win32' ? win32 : posix);

function standardPath(machine: Machine, { variable, below, leaf = '' }: Standard): string {
  const path = pathsOf(machine);
  const value = variable === undefined ? undefined : pathFrom(machine.env, variable);
  const base = value !== undefined && path.isAbsolute(value) ? value : path.join(homeOf(machine), below);
  return path.join(base, 'ottokit-tiktok', leaf);
}

/** Returns the path in `OTTOKIT_TIKTOK_CONFIG_DIR`, if any, which may be relative to the working directory. */
function configOverride(machine: Machine): string | undefined {
  const variable = 'OTTOKIT_TIKTOK_CONFIG_DIR';
  const value = pathFrom(machine.env, variable);
  const path = pathsOf(machine);
  if (value === undefined || path.isAbsolute(value)) return value && path.normalize(value);
  try {
    return path.join(machine.workingDirectory(), value);
  } catch (cause) {
    const why = `${variable} is the relative path “${value}”, and the working directory no longer exists`;
    throw fail('directory-unknown', { why }, { cause });
  }
}

function homeOf(machine: Machine): string {
  const variable = machine.platform === 'win32' ? 'USERPROFILE' : 'HOME';
  const home = pathFrom(machine.env, variable) ?? attempt(machine.homeOfUser, '');
  if (pathsOf(machine).isAbsolute(home)) return home;
  const why =
    home === ''
      ? `${variable} is not set, and the system has no home directory for this user`
      : `${variable} is “${home}”, not an absolute path`;
  throw fail('directory-unknown', { why });
}

/**
 * Returns a variable's value; `undefined` if it is unset or empty. Refuses a path that a shell should have expanded
 * (`~/x`, `$HOME/x`) or unquoted (`X="/x"` in a `docker --env-file`), because it would be relative.
 * @throws Failure directory-unknown
 */
function pathFrom(env: Env, variable: string): string | undefined {
  const value = given(env, variable);
  if (value === undefined || !/^["'~$%]/.test(value)) return value;
  throw fail('directory-unknown', { why: `${variable} is “${value}”, which only a shell would expand or unquote` });
}
