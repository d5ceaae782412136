import { openFileStore } from './file/file-store.ts';
import type { Store, StoreSettings } from './store.ts';

/**
 * Opens the store, or prepares to create it: nothing is created before the first change.
 * @throws Failure store-unreadable, store-damaged, store-older, store-newer, passphrase-missing, passphrase-wrong,
 *   key-missing, key-wrong, keychain-failed, keychain-entry-missing
 */
export async function openStore(settings: StoreSettings): Promise<Store> {
  return await openFileStore(settings);
}
