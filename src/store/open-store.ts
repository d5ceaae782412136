import { backendAt, isFile } from './backends.ts';
import { openFileStore } from './file/file-store.ts';
import { inspectFileStore } from './file/inspect.ts';
import type { Keychain } from './keys/keychain.ts';
import type { OpenSettings, Store, StoreInspection, StoreSettings, WaitNotice } from './store.ts';

/**
 * Opens the store that `OTTOKIT_TIKTOK_STORE` names, by default the file on this computer. Doesn't create it.
 * @throws Failure usage, directory-unknown, store-unreadable, store-damaged, store-older, store-newer; as `openKey`;
 * store-locked or interrupted during a quarantine; and for a database those of `Database.query`
 */
export async function openStore(settings: StoreSettings): Promise<Store> {
  const named = settings.io.env['OTTOKIT_TIKTOK_STORE'];
  const complete = withDefaults(settings);
  if (isFile(named)) return await openFileStore(complete);
  const { open } = await backendAt(named).load();
  return await open(named, complete);
}

function withDefaults(settings: StoreSettings): OpenSettings {
  const { io, askPassphrase, first, quarantine = false, tighten = true, warn = () => undefined } = settings;
  const { waitNotice = silently, keychain: used = systemKeychain(settings) } = settings;
  // This may take a while, because the keychain may ask the user for a password.
  const keychain: Keychain = (request) =>
    waitNotice('Waiting for the system’s keychain', () => (used ?? noKeychain)(request));
  return { io, askPassphrase, first, quarantine, tighten, warn, waitNotice, keychain };
}

const silently: WaitNotice = (_, work) => work();

const noKeychain: Keychain = () => Promise.resolve({ outcome: 'none', detail: 'it isn’t used here' });

/** Loads the keychain's code at the first request, because a store with a key file never makes one. */
const systemKeychain =
  ({ io, isAttended }: StoreSettings): Keychain =>
  async (request) => {
    const { askKeychain } = await import('./keys/keychain-process.ts');
    const attended = isAttended?.() === true ? io.signal : undefined;
    return await askKeychain({ env: io.env, attended }, request);
  };

/** Needs no key. @throws Failure usage, directory-unknown */
export async function inspectStore(io: Omit<StoreSettings['io'], 'signal'>): Promise<StoreInspection> {
  const named = io.env['OTTOKIT_TIKTOK_STORE'];
  if (isFile(named)) return await inspectFileStore(io);
  const { inspect } = await backendAt(named).load();
  return await inspect(named, io);
}
