import type { Env } from '../ground/env.ts';

const own = /^OTTOKIT_TIKTOK_/iu;

/** The environment for a program that is started: without our variables, which may hold the App Secret or passphrase. */
export function childEnvironment(env: Env): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !own.test(name)));
}

/**
 * Takes our variables out of the process's environment, which children that a library starts inherit, and returns all of
 * it as it was. Names have no case on Windows, so each is also returned in capitals, the form in which it is read.
 */
export function takeEnvironment(processEnv: Record<string, string | undefined>, platform: NodeJS.Platform): Env {
  const given = Object.entries(processEnv);
  for (const [name] of given) if (own.test(name)) Reflect.deleteProperty(processEnv, name);
  if (platform !== 'win32') return Object.fromEntries(given);
  const capitals = given.map(([name, value]) => [name.toUpperCase(), value] as const);
  return Object.fromEntries([...given.filter(([name]) => !own.test(name)), ...capitals]);
}
