import { createRequire } from 'node:module';
import { platform as systemPlatform } from 'node:os';
import type { Env } from '../../ground/env.ts';
import { Secret } from '../../ground/secret.ts';
import { notInstalled, type KeychainProblem } from './keychain-problem.ts';
import type { KeychainRequest } from './keychain-process.ts';

/**
 * The system's keychain: Keychain on macOS, Credential Manager on Windows, the Secret Service on Linux. An account is
 * the id of a data key. Returns problems as values, and throws only if the wait is interrupted.
 */
export interface Keychain {
  read(
    account: string,
  ): Answer<{ readonly outcome: 'found'; readonly secret: Secret } | { readonly outcome: 'missing' }>;
  write(account: string, secret: Secret): Answer<{ readonly outcome: 'stored' }>;
  /** Succeeds if there is no entry. */
  remove(account: string): Answer<{ readonly outcome: 'removed' }>;
}

type Answer<T> = Promise<T | KeychainProblem>;

export interface KeychainSettings {
  /** Locates the session bus and the home directory. */
  readonly env: Env;
  /** Milliseconds to wait for each answer; `answerLimit` by default. */
  readonly limit?: number;
  /** Set if someone can answer the system's dialogs. Aborting it ends the wait. */
  readonly attended?: AbortSignal | undefined;
  /** Returns the path of `@napi-rs/keyring`, and throws if this optional package isn't installed. */
  readonly findKeyring?: () => string;
}

/** How long to wait for the keychain, in milliseconds. macOS may show a dialog first. */
export const answerLimit = (attended: boolean, platform: NodeJS.Platform = systemPlatform()): number =>
  attended && platform === 'darwin' ? 60_000 : 3_000;

export function systemKeychain(settings: KeychainSettings): Keychain {
  const { env, attended: signal, findKeyring = installedKeyring } = settings;
  const { limit = answerLimit(signal !== undefined) } = settings;
  const ask = async <T>(request: KeychainRequest, outcomeOf: (value: unknown) => T): Answer<T> => {
    let keyring: string;
    try {
      keyring = findKeyring();
    } catch {
      return notInstalled;
    }
    // Imported only when needed, because a store with a key file never needs it.
    const { askKeychain } = await import('./keychain-process.ts');
    const answer = await askKeychain({ keyring, env, limit, signal }, request);
    signal?.throwIfAborted();
    return answer.outcome === 'answered' ? outcomeOf(answer.value) : answer;
  };
  return {
    read: (account) =>
      ask({ method: 'getPassword', account }, (value) =>
        typeof value === 'string' ? { outcome: 'found', secret: new Secret(value) } : { outcome: 'missing' },
      ),
    write: (account, secret) =>
      ask({ method: 'setPassword', account, secret: secret.reveal() }, () => ({ outcome: 'stored' })),
    remove: (account) => ask({ method: 'deletePassword', account }, () => ({ outcome: 'removed' })),
  };
}

const installedKeyring = (): string => createRequire(import.meta.url).resolve('@napi-rs/keyring');
