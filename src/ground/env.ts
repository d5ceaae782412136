/** The environment's variables, by name. */
export type Env = Readonly<Record<string, string | undefined>>;

/** Whether a variable is one of our own, such as the passphrase or the App Secret. Ignores case, as Windows does. */
export const isOwnVariable = (name: string): boolean => /^OTTOKIT_TIKTOK_/iu.test(name);

/** The environment for a child process: without our own variables and without those whose names match `unwanted`. */
export const childEnvironment = (env: Env, unwanted?: RegExp): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !isOwnVariable(name) && unwanted?.test(name) !== true));

/** A variable's value; `undefined` if it is unset. An empty variable counts as unset. */
export const given = (env: Env, name: string): string | undefined => (env[name] === '' ? undefined : env[name]);
