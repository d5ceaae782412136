import { isOwnVariable, type Env } from '../ground/env.ts';

/**
 * Removes our variables from the process's environment, which is inherited by programs that libraries start, and
 * returns the original environment. On Windows, names are case-insensitive, so each of our variables is also returned
 * in capitals, the form in which it is read.
 */
export function takeEnvironment(processEnv: Record<string, string | undefined>, platform: NodeJS.Platform): Env {
  const given = Object.entries(processEnv);
  for (const [name] of given) if (isOwnVariable(name)) Reflect.deleteProperty(processEnv, name);
  if (platform !== 'win32') return Object.fromEntries(given);
  const capitals = given.map(([name, value]) => [name.toUpperCase(), value] as const);
  return Object.fromEntries([...given.filter(([name]) => !isOwnVariable(name)), ...capitals]);
}
