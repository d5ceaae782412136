import { spawn, type ChildProcess } from 'node:child_process';
import type { Env } from '../../ground/env.ts';
import { keychainProblemOf, notInstalled, type KeychainProblem } from './keychain-problem.ts';

/** A call of `@napi-rs/keyring` for one entry. */
export interface KeychainRequest {
  readonly method: 'getPassword' | 'setPassword' | 'deletePassword';
  readonly account: string;
  readonly secret?: string;
}

/** `value`: what the method returned. */
export type KeychainAnswer =
  { readonly outcome: 'answered'; readonly value: string | boolean | null } | KeychainProblem;

/** Which package to load, and how long it may take. */
export interface KeychainProcess {
  /** The absolute path of `@napi-rs/keyring` 2. */
  readonly keyring: string;
  readonly env: Env;
  /** Milliseconds for the answer, counted from when the package is loaded. */
  readonly limit: number;
  /** Milliseconds after which the process ends by itself; by default longer than all of the above. */
  readonly lifetime?: number;
  /** Ends the wait when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * What the process runs. Without `secret-service` the package silently falls back on Linux to the kernel's memory, which
 * a restart empties. The process ends after its lifetime, from another thread: its parent may have been killed, and the
 * package can block the main thread for good.
 */
const program = `
const [keyring, lifetime] = process.argv.slice(1);
const { Worker } = require('node:worker_threads');
new Worker('setTimeout(() => process.kill(process.pid, "SIGKILL"), ' + Number(lifetime) + ')', { eval: true }).unref();
const send = (message) => process.send(message);
const { AsyncEntry } = (() => {
  try {
    return require(keyring);
  } catch {
    send({ outcome: 'not-loaded' });
    return {};
  }
})();
process.once('message', async ({ method, account, secret }) => {
  try {
    const entry = new AsyncEntry('ottokit-tiktok', account, { linux: { store: 'secret-service' } });
    const value = await entry[method](...(secret === undefined ? [] : [secret]));
    send({ outcome: 'answered', value: value ?? null });
  } catch (error) {
    send({ outcome: 'failed', words: String(error?.message) });
  }
});
process.once('disconnect', () => process.exit());
if (AsyncEntry !== undefined) send({ outcome: 'loaded' });
`;

/** What the program sends. */
type Message =
  | { readonly outcome: 'loaded' }
  | { readonly outcome: 'not-loaded' }
  | { readonly outcome: 'answered'; readonly value: unknown }
  | { readonly outcome: 'failed'; readonly words: string };

/** How long Node may take to start, in milliseconds. */
const startLimit = 20_000;

/**
 * Asks the keychain from a process of its own, which is killed if it doesn't answer in time. A keychain that hangs would
 * block this process: `@napi-rs/keyring` 2.1 connects to the session bus on the main thread, and Node doesn't exit before
 * its worker threads do. The secret goes only through the channel between the two processes. Never rejects.
 */
export async function askKeychain(
  { keyring, env, limit, lifetime = startLimit + 2 * limit, signal }: KeychainProcess,
  request: KeychainRequest,
): Promise<KeychainAnswer> {
  const child = spawn(process.execPath, ['--eval', program, '--', keyring, String(lifetime)], {
    env: withoutOwnVariables(env),
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    windowsHide: true,
  });
  try {
    return await answerOf(child, request, limit, signal);
  } finally {
    child.removeAllListeners();
    child.on('error', () => undefined);
    child.kill('SIGKILL');
  }
}

async function answerOf(
  child: ChildProcess,
  request: KeychainRequest,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<KeychainAnswer> {
  let timer: NodeJS.Timeout | undefined;
  const answer = await new Promise<KeychainAnswer>((resolve) => {
    const slow = (): void => {
      resolve({ outcome: 'slow', detail: `no answer within ${String(limit / 1_000)} seconds` });
    };
    const failed = (words: string): void => {
      resolve(keychainProblemOf(words));
    };
    timer = setTimeout(slow, startLimit);
    signal?.addEventListener('abort', slow, { once: true });
    child.on('message', (message: Message) => {
      if (message.outcome === 'not-loaded') resolve(notInstalled);
      else if (message.outcome === 'failed') failed(message.words);
      else if (message.outcome === 'loaded') {
        clearTimeout(timer);
        timer = setTimeout(slow, limit);
        child.send(request);
      } else if (isValue(message.value)) resolve({ outcome: 'answered', value: message.value });
      else failed('an answer of another form');
    });
    child.once('error', (error) => {
      failed(error.message);
    });
    child.once('exit', (code, ended) => {
      failed(`it ended with ${ended ?? `code ${String(code)}`}`);
    });
  });
  clearTimeout(timer);
  return answer;
}

const isValue = (value: unknown): value is string | boolean | null =>
  value === null || typeof value === 'string' || typeof value === 'boolean';

/** Our own variables may hold secrets; Node's could change what the process runs. */
function withoutOwnVariables(env: Env): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(OTTOKIT_TIKTOK|NODE)_/i.test(name)));
}
