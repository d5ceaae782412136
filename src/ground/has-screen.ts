import { given, type Env } from './env.ts';

const isSet = (env: Env, name: string): boolean => given(env, name) !== undefined;

/** Whether the person is at another computer and can't see the windows of this one. */
export const isRemote = (env: Env): boolean => isSet(env, 'SSH_CONNECTION') || isSet(env, 'SSH_TTY');

/** Whether the person can see a window that opens. On Linux, a display must be set, even over ssh (X11 forwarding). */
export function hasScreen(env: Env, platform: NodeJS.Platform): boolean {
  if (platform === 'darwin' || platform === 'win32') return !isRemote(env);
  return isSet(env, 'DISPLAY') || isSet(env, 'WAYLAND_DISPLAY');
}

/** Whether a browser can show the person a page; in WSL, the Windows browser can. `BROWSER=none` means no browser. */
export const canShowPages = (env: Env, platform: NodeJS.Platform): boolean =>
  !isBrowserOff(env) && (hasScreen(env, platform) || (isSet(env, 'WSL_DISTRO_NAME') && !isRemote(env)));

export const isBrowserOff = (env: Env): boolean => env['BROWSER']?.trim().toLowerCase() === 'none';
