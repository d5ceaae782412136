import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';
import { isFailure, type ErrorCode, type Failure } from '../../src/errors.ts';
import type { Clock } from '../../src/io.ts';
import { Secret } from '../../src/secret.ts';
import type { Profile } from '../../src/store/profile.ts';
import { openStore, type Store, type StoreSettings } from '../../src/store/store.ts';

/** A directory that is gone after the test. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'ottokit-store-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

export const realClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { ...(signal === undefined ? {} : { signal }) }).catch(() => undefined),
};

/** Time passes only while somebody sleeps. */
export function fakeClock(start = Date.now()): Clock & { slept(): number } {
  let slept = 0;
  return {
    now: () => start + slept,
    sleep: (ms) => {
      slept += ms;
      return new Promise((resolve) => setImmediate(resolve));
    },
    slept: () => slept,
  };
}

export function ioIn(root: string, env: Record<string, string> = {}): StoreSettings['io'] {
  return {
    clock: realClock,
    env,
    configDirectory: join(root, 'config'),
    dataDirectory: join(root, 'data'),
    signal: new AbortController().signal,
  };
}

/** A store below `root`, with no keychain and nobody to ask, so that its key lies in a key file. */
export function storeIn(root: string, more: Partial<StoreSettings> = {}): Promise<Store> {
  return openStore({ io: ioIn(root), keychain: null, ...more });
}

export const storePath = (root: string): string => join(root, 'config', 'connections');

export async function keyPath(root: string): Promise<string> {
  const [name = 'none', ...more] = await readdir(join(root, 'data', 'keys'));
  expect(more).toEqual([]);
  return join(root, 'data', 'keys', name);
}

/** A profile that has something in every field. */
export function connected(name: string, more: Partial<Profile> = {}): Profile {
  return {
    name,
    app: {
      region: 'row',
      country: 'GB',
      redirectUrl: 'http://127.0.0.1:8717/callback',
      appKey: '6abcdefghijkl',
      appSecret: new Secret('0123456789abcdef0123456789abcdef01234567'),
      serviceId: '7123456789012345678',
    },
    journal: {
      done: { portal: 1, app: 2, scopes: 3, credentials: 4, authorize: 5, verify: 6, finish: 7 },
      waitingForApproval: false,
      pendingScopes: ['430276'],
      unusualAccepted: ['app-key'],
      redirectToRestore: true,
      ottokitConfirmed: true,
      shopsUnknown: false,
    },
    tokens: {
      accessToken: new Secret(`ROW_access-${name}`),
      accessTokenExpiresAt: 1_800_000_000_000,
      refreshToken: new Secret(`ROW_refresh-${name}`),
      refreshTokenExpiresAt: null,
      openId: 'open-id',
      sellerName: 'Tea & Söhne ☕',
      sellerBaseRegion: 'GB',
      userType: 0,
      grantedScopes: ['seller.order.info'],
      obtainedAt: 1_700_000_000_000,
    },
    shops: [{ id: '7000', name: 'Teapot', region: 'GB', sellerType: 'CROSS_BORDER', cipher: new Secret('ROW_cipher') }],
    redo: { app: { appSecret: new Secret('another-app-secret') }, journal: { done: {} } },
    createdAt: 10,
    updatedAt: 20,
    ...more,
  };
}

/** Everything of a profile, the secrets in clear, to be compared. */
export function inClear(profile: Profile | undefined): unknown {
  return JSON.parse(
    JSON.stringify(profile, function (this: Record<string, unknown>, key: string, value: unknown) {
      const original = this[key];
      return original instanceof Secret ? { clear: original.reveal() } : value;
    }) ?? 'null',
  );
}

/** The failure that something ends with, of this code. */
export async function failureOf(work: Promise<unknown>, code: ErrorCode): Promise<Failure> {
  const thrown = await work.then(
    () => expect.unreachable(`ended well, and not with ${code}`),
    (error: unknown) => error,
  );
  if (!isFailure(thrown)) throw thrown;
  expect(thrown.code).toBe(code);
  return thrown;
}

/** Every file below a directory, by its path in there. */
export async function filesBelow(root: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = new Map<string, Buffer>();
  for (const entry of entries.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name);
    files.set(path.slice(root.length + 1), await readFile(path));
  }
  return files;
}
