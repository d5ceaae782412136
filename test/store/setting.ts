import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { isFailure, type ErrorCode, type Failure } from '../../src/ground/errors.ts';
import type { Clock } from '../../src/ground/io.ts';
import { Secret } from '../../src/ground/secret.ts';
import { askKeychain, type KeychainSettings } from '../../src/store/keys/keychain-process.ts';
import type { Keychain, KeychainRequest } from '../../src/store/keys/keychain.ts';
import type { Profile } from '../../src/store/model/profile.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Removed, Store, StoreSettings } from '../../src/store/store.ts';
import { ioIn } from './child-setting.ts';

/** Creates a directory that is deleted after the test. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'ottokit-store-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Time passes only while the program sleeps. */
export function fakeClock(start = Date.now()): Clock & { slept(): number } {
  let slept = 0;
  return {
    now: () => start + slept,
    monotonic: () => start + slept,
    sleep: (ms) => {
      slept += ms;
      return new Promise((resolve) => setImmediate(resolve));
    },
    slept: () => slept,
  };
}

/** Opens the store below `root` without a keychain or questions, so a new store's key is in a key file. */
export function storeIn(root: string, more: Partial<StoreSettings> = {}): Promise<Store> {
  return openStore({ io: ioIn(root), keychain: null, ...more });
}

/** Removes every profile, then the store. */
export async function removeAll(store: Store): Promise<Removed> {
  for (const name of await store.names()) await store.forget(name);
  return await store.removeIfEmpty();
}

export const storePath = (root: string): string => join(root, 'config', 'connections');

export async function keyPath(root: string): Promise<string> {
  const [name = 'none', ...more] = await readdir(join(root, 'data', 'keys'));
  expect(more).toEqual([]);
  return join(root, 'data', 'keys', name);
}

export const read = (account: string): KeychainRequest => ({ method: 'getPassword', account });
export const write = (account: string, secret: Secret): KeychainRequest => ({ method: 'setPassword', account, secret });
export const remove = (account: string): KeychainRequest => ({ method: 'deletePassword', account });

export const systemKeychain =
  (settings: KeychainSettings): Keychain =>
  (request) =>
    askKeychain(settings, request);

export function memoryKeychain(): Keychain & { readonly entries: Map<string, Secret> } {
  const entries = new Map<string, Secret>();
  const keychain: Keychain = ({ method, account, secret }) => {
    if (method === 'setPassword' && secret !== undefined) entries.set(account, secret);
    if (method === 'deletePassword') entries.delete(account);
    const found = method === 'getPassword' ? entries.get(account) : undefined;
    return Promise.resolve({ outcome: 'answered', ...(found === undefined ? {} : { secret: found }) });
  };
  return Object.assign(keychain, { entries });
}

/** The same keychain, except that `answer` handles one method. */
export const keychainBut =
  (keychain: Keychain, method: KeychainRequest['method'], answer: Keychain): Keychain =>
  (request) =>
    request.method === method ? answer(request) : keychain(request);

/** The whole profile with its secrets in plain text, for comparisons. */
export function toPlain(profile: Profile | undefined): unknown {
  const revealed = JSON.stringify({ profile }, function (this: Record<string, unknown>, key: string, value: unknown) {
    const original = this[key];
    return original instanceof Secret ? { clear: original.reveal() } : value;
  });
  return JSON.parse(revealed);
}

/** Splits a store file into its header and the encrypted data after the header's newline. */
export function splitStore(bytes: Buffer): { header: Record<string, unknown>; data: Buffer } {
  const end = bytes.indexOf('\n');
  return {
    header: JSON.parse(bytes.toString('utf8', 0, end)) as Record<string, unknown>,
    data: bytes.subarray(end + 1),
  };
}

/** Expects the promise to reject with this code, and returns the failure. */
export async function failureOf(work: Promise<unknown>, code: ErrorCode): Promise<Failure> {
  const thrown = await work.then(
    () => expect.unreachable(`resolved instead of failing with ${code}`),
    (error: unknown) => error,
  );
  if (!isFailure(thrown)) throw thrown;
  expect(thrown.code).toBe(code);
  return thrown;
}

/** Reads every file below a directory. The keys are relative paths, with `/` on every system. */
export async function filesBelow(root: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = new Map<string, Buffer>();
  for (const entry of entries.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name);
    files.set(relative(root, path).replaceAll(sep, '/'), await readFile(path));
  }
  return files;
}

/** The files below a directory that this process has open, on Linux. */
export async function openBelow(root: string): Promise<readonly string[]> {
  const open = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  );
  return open.filter((path) => path.startsWith(root));
}
