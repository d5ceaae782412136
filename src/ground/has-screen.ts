import { given, type Env } from './env.ts';

const isSet = (env: Env, name: string): boolean => given(env, name) !== undefined;

/** Whether the person is at another computer, where windows of this one aren't visible. */
export const isRemote = (env: Env): boolean => isSet(env, 'SSH_CONNECTION') || isSet(env, 'SSH_TTY');

/** Whether the person can see a window that opens. On Linux that depends on a display, over ssh too. */
export function hasScreen(env: Env, platform: NodeJS.Platform): boolean {
  if (platform === 'darwin' || platform === 'win32') return !isRemote(env);
  return isSet(env, 'DISPLAY') || isSet(env, 'WAYLAND_DISPLAY');
}

/** Whether a browser can show the person a page; in WSL, it is Windows' browser. `BROWSER=none` opens none. */
export const canShowPages = (env: Env, platform: NodeJS.Platform): boolean =>
  !isBrowserOff(env) && (hasScreen(env, platform) || (isSet(env, 'WSL_DISTRO_NAME') && !isRemote(env)));

export const isBrowserOff = (env: Env): boolean => env['BROWSER']?.trim().toLowerCase() === 'none';
