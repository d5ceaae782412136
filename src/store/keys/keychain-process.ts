import { execFile, type ExecFileException } from 'node:child_process';
import { childEnvironment, type Env } from '../../ground/env.ts';
import { parseJson } from '../../ground/parse-json.ts';
import { keychainProblemOf, notInstalled, type KeychainProblem } from './keychain-problem.ts';

/** A call of `@napi-rs/keyring` for one entry. */
export interface KeychainRequest {
  readonly method: 'getPassword' | 'setPassword' | 'deletePassword';
  readonly account: string;
  readonly secret?: string;
}

/** `value`: what the method returned. */
type KeychainAnswer = Extract<Message, { outcome: 'answered' }> | KeychainProblem;

interface KeychainProcess {
  /** The absolute path of `@napi-rs/keyring` 2. */
  readonly keyring: string;
  readonly env: Env;
  /** Milliseconds for the answer, counted from when Node has started. */
  readonly limit: number;
  /** Ends the wait when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * What the process runs. Without `secret-service` the package would silently use the kernel's memory on Linux, which a
 * restart empties. Another thread ends the process when the time is up, because the package can block the main thread;
 * if the parent is killed, the process ends with its stdin.
 */
const program = `
const [keyring, limit] = process.argv.slice(1);
const send = (message) => require('node:fs').writeSync(1, '\\n' + JSON.stringify(message));
const end = (ms) => setTimeout(() => {
  require('node:fs').writeSync(1, '\\n{"outcome":"slow"}');
  process.kill(process.pid, 'SIGKILL');
}, ms);
new (require('node:worker_threads').Worker)('(' + end + ')(' + Number(limit) + ')', { eval: true }).unref();
process.stdin.once('data', async (request) => {
  const { method, account, secret } = JSON.parse(request);
  let AsyncEntry;
  try {
    ({ AsyncEntry } = require(keyring));
  } catch {
    send({ outcome: 'not-loaded' });
    process.exit();
  }
  try {
    const entry = new AsyncEntry('ottokit-tiktok', account, { linux: { store: 'secret-service' } });
    const value = await entry[method](...(secret === undefined ? [] : [secret]));
    send({ outcome: 'answered', value: value ?? null });
  } catch (error) {
    send({ outcome: 'failed', words: String(error?.message) });
  }
  process.exit();
});
process.stdin.once('close', () => process.exit());
`;

/** What the program sends. */
type Message =
  | { readonly outcome: 'answered'; readonly value: string | boolean | null }
  | { readonly outcome: 'not-loaded' | 'slow' }
  | { readonly outcome: 'failed'; readonly words: string };

/** How long Node may take to start, in milliseconds. */
const startLimit = 20_000;

/**
 * Asks the keychain from a process of its own, because `@napi-rs/keyring` 2.1 connects to the session bus on the main
 * thread, where a keychain that hangs would block this process. The secret goes only through the pipes between the two.
 * Never rejects.
 */
export async function askKeychain(
  { keyring, env, limit, signal }: KeychainProcess,
  request: KeychainRequest,
): Promise<KeychainAnswer> {
  const args = ['--eval', program, '--', keyring, String(limit)];
  // Node's own variables could change what the process runs.
  const childEnv = childEnvironment(env, /^NODE_/i);
  const timeout = startLimit + limit;
  const options = { env: childEnv, timeout, killSignal: 'SIGKILL', signal, windowsHide: true } as const;
  const { error, stdout } = await new Promise<{ error: ExecFileException | null; stdout: string }>((resolve) => {
    const child = execFile(process.execPath, args, options, (thrown, output) => {
      resolve({ error: thrown, stdout: output });
    });
    // It may have ended already.
    child.stdin?.on('error', () => undefined).write(JSON.stringify(request));
  });
  const isLate = error?.killed === true || signal?.aborted === true;
  const message = messageIn(stdout) ?? (isLate ? { outcome: 'slow' } : undefined);
  switch (message?.outcome) {
    case 'slow':
      return { outcome: 'slow', detail: `no answer within ${String(limit / 1_000)} seconds` };
    case 'not-loaded':
      return notInstalled;
    case 'failed':
      return keychainProblemOf(message.words);
    case 'answered':
      return message;
    case undefined:
      return keychainProblemOf(howItEnded(error));
  }
}

/** The last line, because the package may print too. */
const messageIn = (stdout: string): Message | undefined =>
  parseJson(stdout.slice(stdout.lastIndexOf('\n'))) as Message | undefined;

/** The message of an error of `execFile` would repeat the whole program. */
function howItEnded(error: ExecFileException | null): string {
  if (typeof error?.code === 'string') return error.message;
  return `it ended with ${error?.signal ?? `code ${String(error?.code ?? 0)}`}`;
}
