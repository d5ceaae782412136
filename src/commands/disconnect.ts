import { revokeShops, type Revocation } from '../connection/revoke.ts';
import { withWaitMessage } from '../ground/wait-message.ts';
import { fail } from '../ground/errors.ts';
import type { Io } from '../ground/io.ts';
import { disconnectJson, disconnectText, type Disconnected } from '../output/disconnect.ts';
import { toJson } from '../output/json.ts';
import type { Store } from '../store/store.ts';
import { hostsFrom, openStoreFor } from './context.ts';
import type { ExitCode, Program } from './program.ts';

export interface DisconnectOptions {
  readonly profile: string;
  readonly all: boolean;
  readonly revoke: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

/**
 * Forgets profiles, with `--revoke` after TikTok Shop was told. A profile that could not be revoked is kept, so that
 * it can be tried again. With the last profile the store and its key go too.
 */
export async function disconnect(
  { io, print, printText, style }: Program,
  options: DisconnectOptions,
): Promise<ExitCode> {
  const hosts = hostsFrom(io);
  const store = await openStoreFor(io);
  const names = await chosen(store, options);
  if (names.length > 0 && !(await confirmed(io, names, options))) {
    io.say.line('Nothing was changed.');
    return 0;
  }
  const disconnected: Disconnected[] = [];
  for (const name of names) {
    const revocation: Revocation = options.revoke
      ? await withWaitMessage(io, `Revoking ${name} at TikTok Shop`, () => revokeShops(io, store, hosts, name))
      : { revocation: 'not asked for', shops: [] };
    // What was not revoked because the person left is no refusal.
    if (revocation.revocation === 'failed') io.signal.throwIfAborted();
    const forgotten = revocation.revocation !== 'failed';
    if (forgotten) await store.forget(name);
    disconnected.push({ profile: name, forgotten, ...revocation });
  }
  const removed = await store.removeAll({ onlyWhenEmpty: true });
  const result = { disconnected, removed, path: store.location };
  if (options.json) print(toJson(disconnectJson(result)));
  else printText(disconnectText(result, style));
  return disconnected.every(({ forgotten }) => forgotten) ? 0 : 1;
}

async function chosen(store: Store, { all, profile }: DisconnectOptions): Promise<readonly string[]> {
  if (all) return await store.names();
  const names = await store.names();
  if (names.includes(profile)) return [profile];
  // An earlier run was killed between forgetting the last profile and removing the file, which is all that is left to do.
  if (store.exists && names.length === 0) return [];
  throw fail('profile-unknown', { profile, known: names });
}

async function confirmed(
  io: Pick<Io, 'ask' | 'say' | 'signal'>,
  names: readonly string[],
  options: DisconnectOptions,
): Promise<boolean> {
  if (options.yes) return true;
  if (io.ask === null) {
    throw fail('missing-answers', {
      command: ['disconnect', ...(options.all ? ['--all'] : []), ...(options.revoke ? ['--revoke'] : [])].join(' '),
      missing: [{ flag: '--yes', what: `that ${names.join(', ')} may be forgotten` }],
    });
  }
  if (options.revoke) {
    io.say.line(
      'Revoking ends the app’s authorization for these shops. OttoKit uses the same app, so its connection to them is likely to stop too.',
    );
  }
  const what = options.revoke ? 'Revoke at TikTok Shop and forget' : 'Forget on this computer';
  return await io.ask.confirm({
    id: 'yes',
    message: `${what}: ${names.join(', ')}?`,
    default: false,
    signal: io.signal,
  });
}
