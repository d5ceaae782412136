import type { StoreSettings } from '../store.ts';
import { systemKeychain, type Keychain } from './keychain.ts';
import type { KeychainProblem } from './keychain-problem.ts';

const notUsed = (): Promise<KeychainProblem> => Promise.resolve({ outcome: 'none', detail: 'it is not used here' });

/** The store's keychain. Shows a wait message, because the desktop may be asking for a password. */
export function keychainOf({ io, askPassphrase, waitNotice, keychain }: StoreSettings): Keychain {
  if (keychain === null) return { read: notUsed, write: notUsed, remove: notUsed };
  const attended = askPassphrase === undefined ? undefined : io.signal;
  const used = keychain ?? systemKeychain({ env: io.env, attended });
  if (waitNotice === undefined) return used;
  const what = 'Waiting for the system’s keychain';
  return {
    read: (account) => waitNotice(what, () => used.read(account)),
    write: (account, secret) => waitNotice(what, () => used.write(account, secret)),
    remove: (account) => waitNotice(what, () => used.remove(account)),
  };
}
