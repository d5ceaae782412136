import { revokeShops, type Revocation } from '../connection/revoke.ts';
import { withWaitMessage } from '../ground/wait-message.ts';
import { fail } from '../ground/errors.ts';
import type { Io } from '../ground/io.ts';
import { disconnectJson, disconnectText, type Disconnected } from '../output/disconnect.ts';
import { show } from '../output/format.ts';
import { isFile } from '../store/backends.ts';
import type { Store } from '../store/store.ts';
import { hostsFrom } from './hosts.ts';
import { openStoreFor } from './open-store.ts';
import type { ExitCode, Program } from './program.ts';

export interface DisconnectOptions {
  readonly profile: string;
  readonly all: boolean;
  readonly revoke: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

/**
 * Removes profiles. With `--revoke`, first ends their authorization at TikTok Shop. If that fails, keeps the profile so
 * that the user can try again. Removing the last profile also removes the store file and its key.
 */
export async function disconnect(program: Program, options: DisconnectOptions): Promise<ExitCode> {
  const { io } = program;
  const hosts = hostsFrom(io);
  const store = await openStoreFor(io);
  const names = await chosen(store, options);
  const from = isFile(io.env['OTTOKIT_TIKTOK_STORE']) ? 'this computer' : store.location;
  if (names.length > 0 && !(await confirmed(io, store, names, from, options))) {
    io.say.line('Nothing was changed.');
    return 0;
  }
  const disconnected: Disconnected[] = [];
  for (const name of names) {
    const revocation: Revocation = options.revoke
      ? await withWaitMessage(io, `Revoking ${name} at TikTok Shop`, () => revokeShops({ io, store, hosts }, name))
      : { revocation: 'not asked for', shops: [] };
    // Revoking also fails when it is interrupted. Don't report that as a failure at TikTok Shop.
    if (revocation.revocation === 'failed') io.signal.throwIfAborted();
    else await store.forget(name);
    disconnected.push({ profile: name, ...revocation });
  }
  const removed = await store.removeIfEmpty();
  show(program, options.json, { disconnected, removed, from, path: store.location }, disconnectJson, disconnectText);
  return disconnected.some(({ revocation }) => revocation === 'failed') ? 1 : 0;
}

async function chosen(store: Store, { all, profile }: DisconnectOptions): Promise<readonly string[]> {
  const names = await store.names();
  if (all) return names;
  if (names.includes(profile)) return [profile];
  // An earlier run may have been killed after it removed the last profile. This run then removes the store file.
  if (store.keySource !== null && names.length === 0) return [];
  throw fail('profile-unknown', { profile, known: names, removing: true });
}

async function confirmed(
  io: Pick<Io, 'ask' | 'say' | 'signal'>,
  store: Store,
  names: readonly string[],
  from: string,
  { all, revoke, yes }: DisconnectOptions,
): Promise<boolean> {
  if (yes) return true;
  if (io.ask === null) {
    throw fail('missing-answers', {
      command: `disconnect${all ? ' --all' : ''}${revoke ? ' --revoke' : ''}`,
      missing: [{ flag: '--yes', what: `to remove ${names.join(', ')} without asking` }],
    });
  }
  io.say.line(
    revoke
      ? 'Revoking ends the app’s authorization for these shops. OttoKit uses the same app, so its connection to them is likely to stop too.'
      : 'TikTok Shop keeps the app’s authorization, so OttoKit keeps working. To end that too, add --revoke.',
  );
  const what = await inWords(store, names);
  const message = revoke
    ? `Revoke ${what} at TikTok Shop, and remove it from ${from}?`
    : `Remove ${what} from ${from}?`;
  return await io.ask.confirm({ id: 'yes', message, default: false, signal: io.signal });
}

/** Names the profiles: `“default” (Café Ünïcode)`. Adds the shops only if there is a single profile. */
async function inWords(store: Store, names: readonly string[]): Promise<string> {
  const quoted = new Intl.ListFormat('en').format(names.map((name) => `“${name}”`));
  const [only = ''] = names;
  if (names.length > 1) return quoted;
  // A damaged profile can be removed too, but its shops are unknown.
  const shops = (await store.profile(only).catch(() => undefined))?.shops ?? [];
  return shops.length === 0 ? quoted : `${quoted} (${shops.map(({ name }) => name).join(', ')})`;
}
