import { spawn, type ChildProcess } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Secret } from '../../../src/ground/secret.ts';
import type { Profile } from '../../../src/store/model/profile.ts';
import { openStore } from '../../../src/store/open-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { connected, ioIn } from '../child-setting.ts';
import type { Shop } from './shop.ts';

export const passphrase = 'of the whole team';
const program = fileURLToPath(new URL('../../../bin/ottokit-tiktok.cjs', import.meta.url));

/** A connection whose access token has expired. */
export function expired(name: string, refreshToken: string): Profile {
  const { pendingReplacement: _, ...profile } = connected(name);
  const { tokens } = profile;
  if (tokens === undefined) throw new Error('the profile has no tokens');
  return {
    ...profile,
    tokens: { ...tokens, accessTokenExpiresAt: Date.now() - 1, refreshToken: new Secret(refreshToken) },
  };
}

/** Opens the store as a machine whose files are below `root`. */
export async function openAt(root: string, url: string): Promise<Store> {
  const io = ioIn(root, { OTTOKIT_TIKTOK_STORE: url, OTTOKIT_TIKTOK_PASSPHRASE: passphrase });
  return await openStore({ io: { ...io, dataDirectory: () => dataOf(root) }, keychain: null });
}

export const dataOf = (root: string): string => join(root, 'share', 'ottokit-tiktok');

/** Fills the database with expired authorizations of the shop, and keeps the key on this machine. */
export async function fill(
  root: string,
  url: string,
  shop: Pick<Shop, 'grant'>,
  names: readonly string[],
): Promise<Store> {
  const store = await openAt(root, url);
  await store.addAll(names.map((name) => expired(name, shop.grant(name))));
  await store.moveKey({ to: 'key-file' });
  return store;
}

/** Sets up another machine that has the key. */
export async function copyMachine(from: string, to: string): Promise<void> {
  await cp(join(dataOf(from), 'keys'), join(dataOf(to), 'keys'), { recursive: true });
}

export interface Ran {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ran>;
}

/** Starts the program on a machine. `through` is a command that runs it, such as `ip netns exec`. */
export function start(
  root: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[],
  through: readonly string[] = [],
): Running {
  const [command = '', ...rest] = [...through, process.execPath, program, ...args];
  const child = spawn(command, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: root,
      XDG_DATA_HOME: join(root, 'share'),
      OTTOKIT_TIKTOK_CONFIG_DIR: join(root, 'config'),
      DBUS_SESSION_BUS_ADDRESS: 'disabled:',
      ...env,
    },
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (text: Buffer) => (output.stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (output.stderr += text.toString()));
  const ended = new Promise<Ran>((resolve) => {
    child.once('close', (exitCode) => {
      resolve({ exitCode, ...output });
    });
  });
  return { child, ended };
}
