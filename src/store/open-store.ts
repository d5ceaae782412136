import { openFileStore } from './file/file-store.ts';
import type { Store, StoreSettings } from './store.ts';

/**
 * Opens the store that `OTTOKIT_TIKTOK_STORE` names, or the file of this computer, or prepares to create it: nothing is
 * created before the first change.
 * @throws Failure usage, store-unreadable, store-damaged, store-older, store-newer, passphrase-missing, passphrase-wrong,
 *   key-missing, key-wrong, keychain-failed, keychain-entry-missing, database-unreachable, database-refused,
 *   database-tls
 */
export async function openStore(settings: StoreSettings): Promise<Store> {
  const named = settings.io.env['OTTOKIT_TIKTOK_STORE'] ?? '';
  if (named === '' || named === 'file') return await openFileStore(settings);
  // Loaded only by those who use it.
  const { openPostgresStore } = await import('./postgres/postgres-store.ts');
  return await openPostgresStore(named, settings);
}
