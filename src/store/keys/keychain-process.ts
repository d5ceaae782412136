import { spawn, type ChildProcess } from 'node:child_process';
import * as v from 'valibot';
import type { Env } from '../../ground/env.ts';

/** What `@napi-rs/keyring` is asked to do with one entry. */
export type KeychainRequest =
  | { readonly method: 'getPassword' | 'deletePassword'; readonly account: string }
  | { readonly method: 'setPassword'; readonly account: string; readonly secret: string };

/** `value`: what the method returned. `words`: the message of the error it ended with. */
export type KeychainReply =
  | { readonly outcome: 'answered'; readonly value: string | boolean | null }
  | { readonly outcome: 'failed'; readonly words: string }
  | { readonly outcome: 'not-loaded' }
  | { readonly outcome: 'silent' };

/** Which package to load, under which name, and how long it may take. */
export interface KeychainProcess {
  /** The absolute path of `@napi-rs/keyring` 2. */
  readonly keyring: string;
  readonly service: string;
  readonly env: Env;
  /** Milliseconds for the answer, counted from when the package is loaded. */
  readonly limit: number;
  /** Milliseconds after which the process ends by itself; by default longer than all of the above. */
  readonly lifetime?: number | undefined;
  /** Ends the wait when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * What the process runs. Without `secret-service` the package silently falls back on Linux to the kernel's memory, which
 * a restart empties. The process ends after its lifetime, from another thread: its parent may have been killed, and the
 * package can block the main thread for good.
 */
const program = `
const [keyring, service, lifetime] = process.argv.slice(1);
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
    const entry = new AsyncEntry(service, account, { linux: { store: 'secret-service' } });
    const value = await entry[method](...(secret === undefined ? [] : [secret]));
    send({ outcome: 'answered', value: value ?? null });
  } catch (error) {
    send({ outcome: 'failed', words: String(error?.message) });
  }
});
process.once('disconnect', () => process.exit());
if (AsyncEntry !== undefined) send({ outcome: 'loaded' });
`;

const message = v.variant('outcome', [
  v.object({ outcome: v.literal('loaded') }),
  v.object({ outcome: v.literal('not-loaded') }),
  v.object({ outcome: v.literal('answered'), value: v.union([v.string(), v.boolean(), v.null()]) }),
  v.object({ outcome: v.literal('failed'), words: v.string() }),
]);

/** How long Node may take to start, in milliseconds. */
const startLimit = 20_000;

/**
 * Asks the keychain from a process of its own, which is killed if it doesn't answer in time. A keychain that hangs would
 * block this process: `@napi-rs/keyring` 2.1 connects to the session bus on the main thread, and Node doesn't exit before
 * its worker threads do. The secret goes only through the channel between the two processes. Never rejects.
 */
export async function askKeychain(
  { keyring, service, env, limit, lifetime = startLimit + 2 * limit, signal }: KeychainProcess,
  request: KeychainRequest,
): Promise<KeychainReply> {
  const child = spawn(process.execPath, ['--eval', program, '--', keyring, service, String(lifetime)], {
    env: withoutOwnVariables(env),
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    windowsHide: true,
  });
  try {
    return await replyOf(child, request, limit, signal);
  } finally {
    child.removeAllListeners();
    child.on('error', () => undefined);
    child.kill('SIGKILL');
  }
}

function replyOf(
  child: ChildProcess,
  request: KeychainRequest,
  limit: number,
  signal?: AbortSignal,
): Promise<KeychainReply> {
  return new Promise((resolve) => {
    const within = (ms: number): NodeJS.Timeout =>
      setTimeout(() => {
        resolve({ outcome: 'silent' });
      }, ms);
    let timer = within(startLimit);
    const settle = (reply: KeychainReply): void => {
      clearTimeout(timer);
      resolve(reply);
    };
    signal?.addEventListener('abort', () => {
      settle({ outcome: 'silent' });
    });
    child.on('message', (given) => {
      const read = v.safeParse(message, given);
      if (!read.success) settle({ outcome: 'failed', words: 'an answer of another form' });
      else if (read.output.outcome !== 'loaded') settle(read.output);
      else {
        clearTimeout(timer);
        timer = within(limit);
        child.send(request);
      }
    });
    child.once('error', (error) => {
      settle({ outcome: 'failed', words: error.message });
    });
    child.once('exit', (code, signal) => {
      settle({ outcome: 'failed', words: `it ended with ${signal ?? `code ${String(code)}`}` });
    });
  });
}

/** Our own variables may hold secrets; Node's could change what the process runs. */
function withoutOwnVariables(env: Env): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(OTTOKIT_TIKTOK|NODE)_/i.test(name)));
}
