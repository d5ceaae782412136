export type Env = Readonly<Record<string, string | undefined>>;

/** Whether a variable is one of our own, such as the passphrase or the App Secret. Ignores case, as Windows does. */
const isOwnVariable = (name: string): boolean => /^OTTOKIT_TIKTOK_/iu.test(name);

/** Returns the environment for a child process, without our own variables and those whose names match `unwanted`. */
export const childEnvironment = (env: Env, unwanted?: RegExp): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !isOwnVariable(name) && unwanted?.test(name) !== true));

/**
 * Removes our variables from `processEnv`, because programs started by libraries inherit it. Returns all variables, on
 * Windows in capitals too, because Windows ignores the case of names and we look ours up in capitals.
 */
export function takeEnvironment(processEnv: Record<string, string | undefined>, platform: NodeJS.Platform): Env {
  const original = Object.entries(processEnv);
  for (const [name] of original) if (isOwnVariable(name)) Reflect.deleteProperty(processEnv, name);
  if (platform !== 'win32') return Object.fromEntries(original);
  const capitals = original.map(([name, value]) => [name.toUpperCase(), value] as const);
  return Object.fromEntries([...original.filter(([name]) => !isOwnVariable(name)), ...capitals]);
}

/** Empty counts as unset. */
export const given = (env: Env, name: string): string | undefined => (env[name] === '' ? undefined : env[name]);

const isSet = (env: Env, name: string): boolean => given(env, name) !== undefined;

/** Whether the user is at another computer and can't see the windows of this one. */
export const isRemote = (env: Env): boolean => isSet(env, 'SSH_CONNECTION') || isSet(env, 'SSH_TTY');

/** Whether the user can see a window that opens. On Linux, any display counts, even over ssh (X11 forwarding). */
export function hasScreen(env: Env, platform: NodeJS.Platform): boolean {
  if (platform === 'darwin' || platform === 'win32') return !isRemote(env);
  return isSet(env, 'DISPLAY') || isSet(env, 'WAYLAND_DISPLAY');
}

/** Whether a browser can show the user a page; in WSL, the Windows browser can. `BROWSER=none` means no browser. */
export const canShowPages = (env: Env, platform: NodeJS.Platform): boolean =>
  !isBrowserOff(env) && (hasScreen(env, platform) || (isSet(env, 'WSL_DISTRO_NAME') && !isRemote(env)));

export const isBrowserOff = (env: Env): boolean => env['BROWSER']?.trim().toLowerCase() === 'none';

/** Any value counts as on, except an empty one, `0` and `false`. */
const isOn = (value = ''): boolean => !['', '0', 'false'].includes(value.toLowerCase());

/** Whether to print for screen readers and braille displays, with words instead of glyphs and without redrawn lines. */
export const isAccessible = (env: Env): boolean => isOn(env['ACCESSIBLE']);

/** Whether the terminal can't move its cursor, as in a shell inside Emacs. */
export const isDumb = (env: Env): boolean => env['TERM']?.startsWith('dumb') === true;

/** Whether we may only append text: for a screen reader, or on a terminal that can't move its cursor. */
export const isPlain = (env: Env): boolean => isAccessible(env) || isDumb(env);

/** Whether the program may redraw lines: on a terminal that supports it, not in a log. */
export const canRedraw = (env: Env, stream: { readonly isTTY?: boolean }): boolean =>
  stream.isTTY === true && !isPlain(env) && !isOn(env['CI']);

/** The environment's proxies. Without one, requests are direct. */
export interface ProxyRules {
  /** `http://proxy.example:3128`, for https addresses. */
  readonly https?: string;
  /** The same, for http addresses. */
  readonly http?: string;
  /** Hosts that are reached directly, with their subdomains, on one port or on all. `*` means every host. */
  readonly exempt: readonly { readonly host: string; readonly port?: string }[];
}
