import type { Env } from '../../ground/env.ts';
import { fail } from '../../ground/errors.ts';
import type { Secret } from '../../ground/secret.ts';
import type { KeyHeader } from '../file/envelope.ts';
import { reasonOf } from '../file/file-problem.ts';
import type { StorePaths } from '../file/store-paths.ts';
import type { OpenSettings } from '../store.ts';
import { fromHex, keyFromPassphrase, passphraseFrom, type DataKey } from './data-key.ts';
import { readKeyFile, removeKeyFile } from './key-file.ts';

/** The settings for opening and creating keys. `path` is the path or address of the store, for messages. */
export interface KeyContext
  extends
    Pick<StorePaths, 'path' | 'keysDirectory'>,
    Pick<OpenSettings, 'keychain' | 'askPassphrase' | 'warn' | 'tighten'> {
  readonly env: Env;
}

export interface StoreKey {
  readonly key: DataKey;
  readonly header: KeyHeader;
}

/**
 * Gets the key from the source that the store's header names, and from no other.
 * @throws Failure passphrase-missing, passphrase-wrong, key-missing, key-wrong, directory-unknown, keychain-failed,
 * keychain-entry-missing
 */
export async function openKey(context: KeyContext, header: KeyHeader): Promise<StoreKey> {
  switch (header.source) {
    case 'passphrase':
      return { key: await openWithPassphrase(context, header), header };
    case 'keychain':
      return { key: await openFromKeychain(context, header.id), header };
    case 'key-file':
      return { key: await readKeyFile(context, header.id), header };
  }
}

async function openWithPassphrase(
  context: KeyContext,
  { id, kdf }: Extract<KeyHeader, { source: 'passphrase' }>,
): Promise<DataKey> {
  const key = await keyFromPassphrase(await passphraseOf(context, 'open'), kdf);
  if (key.id !== id) throw fail('passphrase-wrong', { path: context.path });
  return key;
}

/** Returns the passphrase from the environment, or asks for it. @throws Failure passphrase-missing */
export async function passphraseOf({ path, env, askPassphrase }: KeyContext, purpose: 'new' | 'open'): Promise<Secret> {
  const passphrase = passphraseFrom(env) ?? (await askPassphrase?.(purpose));
  if (passphrase === undefined || passphrase.reveal() === '') throw fail('passphrase-missing', { path });
  return passphrase;
}

async function openFromKeychain({ path, keychain }: KeyContext, id: string): Promise<DataKey> {
  const answer = await keychain({ method: 'getPassword', account: id });
  if ('detail' in answer) throw fail('keychain-failed', { path, detail: answer.detail });
  const key = 'secret' in answer ? fromHex(answer.secret) : null;
  if (key?.id !== id) throw fail('keychain-entry-missing', { path, account: id });
  return key;
}

/** Removes a key from where it is stored. If that fails, returns the reason. */
export async function forgetKey(
  { keysDirectory, keychain }: KeyContext,
  { source, id }: KeyHeader,
): Promise<string | undefined> {
  if (source === 'passphrase') return undefined;
  if (source === 'key-file') return await removeKeyFile(keysDirectory(), id).catch(reasonOf);
  const answer = await keychain({ method: 'deletePassword', account: id });
  return 'detail' in answer ? answer.detail : undefined;
}
