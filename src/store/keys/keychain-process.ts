import { execFile, type ExecFileException } from 'node:child_process';
import { createRequire } from 'node:module';
import { platform as systemPlatform } from 'node:os';
import { attempt } from '../../ground/attempt.ts';
import { childEnvironment, type Env } from '../../ground/env.ts';
import { parseJson } from '../../ground/parse-json.ts';
import { Secret } from '../../ground/secret.ts';
import { keychainProblemOf, notInstalled, type KeychainAnswer, type KeychainRequest } from './keychain.ts';

export interface KeychainSettings {
  /** The child needs variables such as DBUS_SESSION_BUS_ADDRESS and HOME. */
  readonly env: Env;
  /** In milliseconds; `answerLimit` by default. */
  readonly limit?: number;
  /** Aborting it ends the wait. Set if someone can answer the keychain's dialogs. */
  readonly attended?: AbortSignal | undefined;
  /** Returns the path of `@napi-rs/keyring`, and throws if this optional package isn't installed. */
  readonly findKeyring?: () => string;
}

/** How long to wait for the keychain, in milliseconds. macOS may show a dialog first. */
export const answerLimit = (attended: boolean, platform: NodeJS.Platform = systemPlatform()): number =>
  attended && platform === 'darwin' ? 60_000 : 3_000;

/**
 * Without `secret-service`, the package silently uses the kernel's keyring on Linux, which a restart empties. A second
 * thread enforces the timeout, because the package can block the main thread. If the parent is killed, the child exits.
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

type Message =
  | { readonly outcome: 'answered'; readonly value: string | boolean | null }
  | { readonly outcome: 'not-loaded' | 'slow' }
  | { readonly outcome: 'failed'; readonly words: string };

/** How long Node may take to start, in milliseconds. */
const startLimit = 20_000;

/**
 * Asks in a child process, because `@napi-rs/keyring` 2.1 blocks the main thread while the session bus doesn't answer.
 * The secret goes only through pipes. @throws the abort reason of `attended`
 */
export async function askKeychain(settings: KeychainSettings, request: KeychainRequest): Promise<KeychainAnswer> {
  const { env, attended, findKeyring = installedKeyring } = settings;
  // Even after Ctrl-C, an entry can be removed, so that no unused key is left behind.
  const signal = attended?.aborted && request.method === 'deletePassword' ? undefined : attended;
  const { limit = answerLimit(signal !== undefined) } = settings;
  const keyring = attempt(findKeyring, undefined);
  if (keyring === undefined) return notInstalled;
  const args = ['--eval', program, '--', keyring, String(limit)];
  // Node's own variables could change what the child runs.
  const childEnv = childEnvironment(env, /^NODE_/i);
  const timeout = startLimit + limit;
  const options = { env: childEnv, timeout, killSignal: 'SIGKILL', signal, windowsHide: true } as const;
  const { error, stdout } = await new Promise<{ error: ExecFileException | null; stdout: string }>((resolve) => {
    const child = execFile(process.execPath, args, options, (thrown, output) =>
      resolve({ error: thrown, stdout: output }),
    );
    // The child may have exited already.
    child.stdin?.on('error', () => undefined).write(JSON.stringify({ ...request, secret: request.secret?.reveal() }));
  });
  signal?.throwIfAborted();
  // The package may print too, so only the last line counts.
  const written = parseJson(stdout.slice(stdout.lastIndexOf('\n'))) as Message | undefined;
  const message = written ?? (error?.killed === true ? { outcome: 'slow' } : undefined);
  switch (message?.outcome) {
    case 'slow':
      return { outcome: 'slow', detail: `no answer within ${String(limit / 1_000)} seconds` };
    case 'not-loaded':
      return notInstalled;
    case 'failed':
      return keychainProblemOf(message.words);
    case 'answered':
      return { outcome: 'answered', ...(typeof message.value === 'string' && { secret: new Secret(message.value) }) };
    case undefined:
      return { outcome: 'refused', detail: howItEnded(error) };
  }
}

const installedKeyring = (): string => createRequire(import.meta.url).resolve('@napi-rs/keyring');

/** Doesn't use `execFile`'s message about an exit, which would repeat the whole program. */
function howItEnded(error: ExecFileException | null): string {
  if (typeof error?.code === 'string') return `it couldn’t be asked: ${error.message}`;
  return `the process that asks it ended with ${error?.signal ?? `code ${String(error?.code ?? 0)}`}`;
}
