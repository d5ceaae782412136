import { Secret } from '../../secret.ts';
import { troubleOf, type KeychainTrouble } from './keychain-trouble.ts';

/**
 * The system's keychain: Keychain on macOS, Credential Manager on Windows, the Secret Service on Linux. An account is
 * the id of a data key. What goes wrong is told as a value.
 */
export interface Keychain {
  read(
    account: string,
  ): Promise<
    { readonly outcome: 'found'; readonly secret: Secret } | { readonly outcome: 'missing' } | KeychainTrouble
  >;
  write(account: string, secret: Secret): Promise<{ readonly outcome: 'stored' } | KeychainTrouble>;
  remove(account: string): Promise<{ readonly outcome: 'removed' | 'missing' } | KeychainTrouble>;
}

/** The part of `@napi-rs/keyring` 2 that is used. */
export interface KeyringPackage {
  readonly AsyncEntry: new (service: string, account: string, options: KeyringOptions) => KeyringEntry;
}

interface KeyringEntry {
  getPassword(signal: AbortSignal): Promise<string | null>;
  setPassword(password: string, signal: AbortSignal): Promise<unknown>;
  deletePassword(signal: AbortSignal): Promise<boolean>;
}

/** Without this the package falls back on Linux to the kernel's memory, which a restart empties, and says nothing. */
interface KeyringOptions {
  readonly linux: { readonly store: 'secret-service' };
}

const service = 'ottokit-tiktok';

/**
 * @param load loads the package, which is optional; rejects when it is not installed
 * @param limit milliseconds for each answer; a desktop that asks the person to unlock can take forever
 */
export function systemKeychain(load: () => Promise<KeyringPackage> = loadKeyring, limit = 3_000): Keychain {
  const ask = async <T>(account: string, use: (entry: KeyringEntry, signal: AbortSignal) => Promise<T>) => {
    let keyring: KeyringPackage;
    try {
      keyring = await load();
    } catch {
      return { outcome: 'none', detail: 'the optional package @napi-rs/keyring is not installed' } as const;
    }
    return await withinLimit(limit, async (signal) => {
      const entry = new keyring.AsyncEntry(service, account, { linux: { store: 'secret-service' } });
      return await use(entry, signal);
    });
  };

  return {
    read: (account) =>
      ask(account, async (entry, signal) => {
        const found = await entry.getPassword(signal);
        return found === null
          ? ({ outcome: 'missing' } as const)
          : ({ outcome: 'found', secret: new Secret(found) } as const);
      }),
    write: (account, secret) =>
      ask(account, async (entry, signal) => {
        await entry.setPassword(secret.reveal(), signal);
        return { outcome: 'stored' } as const;
      }),
    remove: (account) =>
      ask(account, async (entry, signal) => {
        const removed = await entry.deletePassword(signal);
        return { outcome: removed ? 'removed' : 'missing' } as const;
      }),
  };
}

/** The signal alone is not enough: it withdraws what has not begun, and a prompt on the desktop has. */
async function withinLimit<T>(limit: number, work: (signal: AbortSignal) => Promise<T>): Promise<T | KeychainTrouble> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const slow = new Promise<KeychainTrouble>((resolve) => {
    timer = setTimeout(() => {
      resolve({ outcome: 'slow', detail: `no answer within ${String(limit / 1_000)} seconds` });
      controller.abort();
    }, limit);
  });
  const answer = work(controller.signal).catch(troubleOf);
  try {
    return await Promise.race([answer, slow]);
  } finally {
    clearTimeout(timer);
  }
}

/** By a name in a variable, since the package may be absent when this is compiled and when it runs. */
async function loadKeyring(): Promise<KeyringPackage> {
  const name = '@napi-rs/keyring';
  return (await import(name)) as KeyringPackage;
}
