import type { Keychain } from './keys/keychain.ts';

/** Does `work`, and says what is waited for when it takes long. */
export type Telling = <T>(what: string, work: () => Promise<T>) => Promise<T>;

export const silently: Telling = async (_, work) => await work();

/** A keychain whose answers are waited for aloud: a desktop may be asking the person to unlock it. */
export function waitedForAloud(keychain: Keychain, telling: Telling): Keychain {
  const what = "Waiting for the system's keychain";
  return {
    read: (account) => telling(what, () => keychain.read(account)),
    write: (account, secret) => telling(what, () => keychain.write(account, secret)),
    remove: (account) => telling(what, () => keychain.remove(account)),
  };
}
