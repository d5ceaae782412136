import type { Keychain } from './keychain.ts';

/** Does `work`, and says what is waited for when it takes long. */
export type WaitNotice = <T>(what: string, work: () => Promise<T>) => Promise<T>;

export const withoutNotice: WaitNotice = async (_, work) => await work();

/** A keychain whose answers are waited for aloud: a desktop may be asking the person to unlock it. */
export function withWaitNotice(keychain: Keychain, telling: WaitNotice): Keychain {
  const what = "Waiting for the system's keychain";
  return {
    read: (account) => telling(what, () => keychain.read(account)),
    write: (account, secret) => telling(what, () => keychain.write(account, secret)),
    remove: (account) => telling(what, () => keychain.remove(account)),
  };
}
