import type { Env } from '../ground/env.ts';

const own = /^OTTOKIT_TIKTOK_/iu;

/** The environment for a program that is started: without our variables, which may hold the App Secret or passphrase. */
export function childEnvironment(env: Env): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !own.test(name)));
}

/**
 * Takes our variables out of the process's environment, which children that a library starts inherit, and returns all of
 * it as it was for the program itself.
 */
export function takeEnvironment(processEnv: Record<string, string | undefined>): Env {
  const env = { ...processEnv };
  for (const name of Object.keys(env).filter((given) => own.test(given))) Reflect.deleteProperty(processEnv, name);
  return env;
}
