import type { Env } from './env.ts';

const isSet = (value: string | undefined): boolean => value !== undefined && value !== '';

/** Whether the person sits at another computer: what opens on this one they can't see. */
export const isRemote = (env: Env): boolean => isSet(env['SSH_CONNECTION']) || isSet(env['SSH_TTY']);

/** Whether a window that opens is one the person sees. On Linux a display says so, over ssh too. */
export function hasScreen(env: Env, platform: NodeJS.Platform): boolean {
  if (platform === 'darwin' || platform === 'win32') return !isRemote(env);
  return isSet(env['DISPLAY']) || isSet(env['WAYLAND_DISPLAY']);
}
