import { posix, win32 } from 'node:path';
import { attempt } from './attempt.ts';
import { given, type Env } from './env.ts';
import { fail, type Failure } from './errors.ts';

interface Machine {
  readonly env: Env;
  readonly platform: NodeJS.Platform;
  /** The user's home from the system's user database; throws if the user isn't in it, as in many containers. */
  readonly homeOfUser: () => string;
  /** Throws if the working directory has been deleted. */
  readonly workingDirectory: () => string;
}

/** The directory in `variable`, or else `below` the user's home. `leaf`: a subdirectory of our own there. */
type Standard = readonly [variable: string | undefined, below: string, leaf?: string];

const linux: Record<'config' | 'data', Standard> = {
  config: ['XDG_CONFIG_HOME', '.config'],
  data: ['XDG_DATA_HOME', '.local/share'],
};
const others: Partial<Record<NodeJS.Platform, typeof linux>> = {
  darwin: { config: [undefined, 'Library/Preferences'], data: [undefined, 'Library/Application Support'] },
  win32: { config: ['APPDATA', 'AppData/Roaming', 'Config'], data: ['LOCALAPPDATA', 'AppData/Local', 'Data'] },
};

export type Directories = ReturnType<typeof directoriesOf>;

/**
 * Ignores the variable of a `Standard` if it is empty or relative, as the XDG Base Directory Specification requires.
 * Refuses a relative home. `config` and `data` throw directory-unknown when they are called.
 */
export function directoriesOf({ env, platform, homeOfUser, workingDirectory }: Machine) {
  const path = platform === 'win32' ? win32 : posix;
  const { config, data } = others[platform] ?? linux;
  const home = (): string => {
    const variable = platform === 'win32' ? 'USERPROFILE' : 'HOME';
    const found = pathFrom(env, variable) ?? attempt(homeOfUser, '');
    if (path.isAbsolute(found)) return found;
    const unset = 'isn’t set, and the system has no home directory for this user';
    throw unknown(variable, found === '' ? unset : `is “${found}”, not an absolute path`);
  };
  const standard = ([variable, below, leaf = '']: Standard): string => {
    const value = variable && pathFrom(env, variable);
    const base = value && path.isAbsolute(value) ? value : path.join(home(), below);
    return path.join(base, 'ottokit-tiktok', leaf);
  };
  /** Unlike the system's variables, ours may be relative to the working directory. */
  const override = (): string | undefined => {
    const variable = 'OTTOKIT_TIKTOK_CONFIG_DIR';
    const value = pathFrom(env, variable);
    if (value === undefined || path.isAbsolute(value)) return value && path.normalize(value);
    try {
      return path.join(workingDirectory(), value);
    } catch (cause) {
      throw unknown(variable, `is the relative path “${value}”, and the working directory no longer exists`, cause);
    }
  };
  return {
    config: (): string => override() ?? standard(config),
    data: (): string => standard(data),
    home: (): string => attempt(home, ''),
  };
}

/**
 * Refuses a path that a shell should have expanded (`~/x`, `$HOME/x`) or unquoted (`X="/x"` in a `docker --env-file`),
 * because we'd take it for a relative path. @throws Failure directory-unknown
 */
function pathFrom(env: Env, variable: string): string | undefined {
  const value = given(env, variable);
  if (value === undefined || !/^["'~$%]/.test(value)) return value;
  throw unknown(variable, `is “${value}”, which only a shell would expand or unquote`);
}

const unknown = (variable: string, problem: string, cause?: unknown): Failure =>
  fail('directory-unknown', { variable, problem }, { cause });
