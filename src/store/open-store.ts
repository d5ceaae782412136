import { backendAt, isFile } from './backends.ts';
import { openFileStore } from './file/file-store.ts';
import type { Store, StoreSettings } from './store.ts';

/**
 * Opens the store that `OTTOKIT_TIKTOK_STORE` names, or the file of this computer, or prepares to create it: nothing is
 * created before the first change.
 * @throws Failure usage, store-unreadable, store-damaged, store-older, store-newer, passphrase-missing, passphrase-wrong,
 *   key-missing, key-wrong, keychain-failed, keychain-entry-missing, and those of a backend of its own
 */
export async function openStore(settings: StoreSettings): Promise<Store> {
  const named = settings.io.env['OTTOKIT_TIKTOK_STORE'];
  return isFile(named) ? await openFileStore(settings) : await backendAt(named).open(named, settings);
}
