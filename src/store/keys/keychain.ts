import { createRequire } from 'node:module';
import { platform as systemPlatform } from 'node:os';
import type { Env } from '../../ground/env.ts';
import { notInstalled } from './keychain-problem.ts';
import type { KeychainAnswer, KeychainRequest } from './keychain-process.ts';

/**
 * The system's keychain: Keychain on macOS, Credential Manager on Windows, the Secret Service on Linux. Returns problems
 * as values, and throws only if the wait is interrupted.
 */
export type Keychain = (request: KeychainRequest) => Promise<KeychainAnswer>;

export const noKeychain: Keychain = () => Promise.resolve({ outcome: 'none', detail: 'it is not used here' });

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
  return async (request) => {
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
    return answer;
  };
}

const installedKeyring = (): string => createRequire(import.meta.url).resolve('@napi-rs/keyring');
