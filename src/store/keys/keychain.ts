import { createRequire } from 'node:module';
import { platform as systemPlatform } from 'node:os';
import type { Env } from '../../ground/env.ts';
import { Secret } from '../../ground/secret.ts';
import { notInstalled, type KeychainProblem } from './keychain-problem.ts';
import type { KeychainRequest } from './keychain-process.ts';

/**
 * The system's keychain: Keychain on macOS, Credential Manager on Windows, the Secret Service on Linux. An account is
 * the id of a data key. Problems are values; only an interrupted wait throws.
 */
export interface Keychain {
  read(
    account: string,
  ): Answer<{ readonly outcome: 'found'; readonly secret: Secret } | { readonly outcome: 'missing' }>;
  write(account: string, secret: Secret): Answer<{ readonly outcome: 'stored' }>;
  /** Not an error if there is no entry. */
  remove(account: string): Answer<{ readonly outcome: 'removed' }>;
}

type Answer<T> = Promise<T | KeychainProblem>;

export interface KeychainSettings {
  /** The environment that locates the session bus and the home directory. */
  readonly env: Env;
  /** Milliseconds for each answer; `answerLimit` by default. */
  readonly limit?: number;
  /** Set if someone can answer the system's dialogs; its abort ends a wait for the person. */
  readonly attended?: AbortSignal | undefined;
  /** The path of `@napi-rs/keyring`; throws if this optional package isn't installed. */
  readonly findKeyring?: () => string;
}

/** How long the keychain may take to answer, in milliseconds. macOS may first ask the person in a dialog. */
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
    // Loaded here so that a store with a key file doesn't have to load it.
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
