import type { Env } from '../../ground/env.ts';
import { createRequire } from 'node:module';
import { Secret } from '../../ground/secret.ts';
import type { KeychainReply, KeychainRequest } from './keychain-process.ts';
import { troubleOf, type KeychainTrouble } from './keychain-problem.ts';

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

export interface KeychainSettings {
  /** Where the session bus and the home are. */
  readonly env: Env;
  /** Milliseconds for each answer; a desktop that asks the person to unlock can take forever. */
  readonly limit?: number;
  /** The path of `@napi-rs/keyring`; throws when the package, which is optional, is not installed. */
  readonly findKeyring?: () => string;
}

const service = 'ottokit-tiktok';

export function systemKeychain({ env, limit = 3_000, findKeyring = installedKeyring }: KeychainSettings): Keychain {
  const ask = async (request: KeychainRequest): Promise<Answered | KeychainTrouble> => {
    let keyring: string;
    try {
      keyring = findKeyring();
    } catch {
      return notInstalled;
    }
    // Loaded where it is asked: a store with its key in a file must not pay for starting processes.
    const { askKeychain } = await import('./keychain-process.ts');
    return answerOf(await askKeychain({ keyring, service, env, limit }, request), limit);
  };
  return {
    async read(account) {
      const answer = await ask({ method: 'getPassword', account });
      if (answer.outcome !== 'answered') return answer;
      return typeof answer.value === 'string'
        ? { outcome: 'found', secret: new Secret(answer.value) }
        : { outcome: 'missing' };
    },
    async write(account, secret) {
      const answer = await ask({ method: 'setPassword', account, secret: secret.reveal() });
      return answer.outcome === 'answered' ? { outcome: 'stored' } : answer;
    },
    async remove(account) {
      const answer = await ask({ method: 'deletePassword', account });
      if (answer.outcome !== 'answered') return answer;
      return { outcome: answer.value === true ? 'removed' : 'missing' };
    },
  };
}

type Answered = Extract<KeychainReply, { outcome: 'answered' }>;

const notInstalled: KeychainTrouble = {
  outcome: 'none',
  detail: 'the optional package @napi-rs/keyring is not installed',
};

function answerOf(reply: KeychainReply, limit: number): Answered | KeychainTrouble {
  switch (reply.outcome) {
    case 'answered':
      return reply;
    case 'failed':
      return troubleOf(reply.words);
    case 'not-loaded':
      return notInstalled;
    case 'silent':
      return { outcome: 'slow', detail: `no answer within ${String(limit / 1_000)} seconds` };
  }
}

const installedKeyring = (): string => createRequire(import.meta.url).resolve('@napi-rs/keyring');
