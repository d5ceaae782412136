import { fail } from '../ground/errors.ts';
import type { Io } from '../ground/io.ts';
import { storeMoveJson, storeMoveText } from '../output/store-move.ts';
import { toJson } from '../output/json.ts';
import { Secret } from '../ground/secret.ts';
import type { KeySource } from '../store/store.ts';
import { askTwice, openStoreFor } from './context.ts';
import type { ExitCode, Program } from './program.ts';

export interface StoreMoveOptions {
  readonly to: KeySource;
  readonly json: boolean;
}

/**
 * Keeps the key of the store elsewhere, or gives the store another passphrase.
 * @throws Failure store-absent; missing-answers; keychain-failed and all of the store's
 */
export async function storeMove(
  { io, print, printText, style }: Program,
  { to, json }: StoreMoveOptions,
): Promise<ExitCode> {
  const store = await openStoreFor(io);
  const { location: path, keySource: from } = store;
  if (from === null) throw fail('store-absent', { path });
  const place = to === 'passphrase' ? { to, passphrase: await newPassphrase(io, from) } : { to };
  const result = { path, to, ...(await store.moveKey(place)) };
  if (json) print(toJson(storeMoveJson(result)));
  else printText(storeMoveText(result, style));
  return 0;
}

/** The variable holds the passphrase that the store has, when it has one, and the new one otherwise. */
async function newPassphrase({ ask, env, say, signal }: Io, from: KeySource): Promise<Secret> {
  const given = env['OTTOKIT_TIKTOK_PASSPHRASE'] ?? '';
  if (given !== '' && from !== 'passphrase') return new Secret(given);
  if (ask === null) {
    const missing =
      from === 'passphrase'
        ? { flag: 'another passphrase', what: 'OTTOKIT_TIKTOK_PASSPHRASE holds the one that the store has' }
        : { flag: 'OTTOKIT_TIKTOK_PASSPHRASE', what: 'the passphrase that the store is to have' };
    throw fail('missing-answers', { command: 'store move passphrase', missing: [missing] });
  }
  return await askTwice({ say, signal }, ask, 'New passphrase of the store', (text) =>
    text === '' ? 'A store cannot be locked with nothing.' : true,
  );
}
