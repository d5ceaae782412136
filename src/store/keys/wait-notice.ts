import type { Keychain } from './keychain.ts';

/** Does `work`, and shows what the program is waiting for if it takes long. */
export type WaitNotice = <T>(what: string, work: () => Promise<T>) => Promise<T>;

export const withoutNotice: WaitNotice = async (_, work) => await work();

/** A keychain that shows a wait message: the desktop may be asking the person to unlock it. */
export function withWaitNotice(keychain: Keychain, waitNotice: WaitNotice): Keychain {
  const what = "Waiting for the system's keychain";
  return {
    read: (account) => waitNotice(what, () => keychain.read(account)),
    write: (account, secret) => waitNotice(what, () => keychain.write(account, secret)),
    remove: (account) => waitNotice(what, () => keychain.remove(account)),
  };
}
