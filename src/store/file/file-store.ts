import { KeyRing } from '../keys/key-ring.ts';
import { keychainOf } from '../keys/store-keychain.ts';
import { readableOnly } from '../readable.ts';
import { withoutNotice, type Store, type StoreSettings } from '../store.ts';
import { changeProfile, forgetProfile, prove } from './changes.ts';
import { readContents, type StoreContext } from './contents.ts';
import { profileIn } from './entries.ts';
import { storePathsOf } from './store-paths.ts';
import { addProfiles, moveKey, moveProfiles, removeProfiles } from './whole-store.ts';

/** Opens the store file on this computer. @throws Failure as `openStore` */
export async function openFileStore(settings: StoreSettings): Promise<Store> {
  const context = storeContextOf(settings);
  const { paths, keys } = context;
  await readContents(context);
  const readable = readableOnly(context.warn);
  return {
    location: paths.path,
    get exists() {
      return keys.known !== null;
    },
    get keySource() {
      return (keys.known ?? keys.prepared)?.header.source ?? null;
    },
    names: async () => [...(await readContents(context)).entries.keys()].sort(),
    async profiles(names) {
      const { entries } = await readContents(context);
      return [...(names ?? entries.keys())]
        .sort()
        .flatMap((name) => readable(() => profileIn(paths.path, entries, name)));
    },
    profile: async (name) => profileIn(paths.path, (await readContents(context)).entries, name),
    change: (name, change) => changeProfile(context, name, change),
    forget: (name) => forgetProfile(context, name),
    proveWritable: () => prove(context),
    moveKey: (place) => moveKey(context, place),
    removeAll: ({ onlyWhenEmpty = false } = {}) => removeProfiles(context, onlyWhenEmpty),
    addAll: (profiles) => addProfiles(context, profiles),
    moveTo: (target) => moveProfiles(context, target),
    close: () => Promise.resolve(),
  };
}

function storeContextOf(settings: StoreSettings): StoreContext {
  const { io, askPassphrase, quarantine = false, tighten = true } = settings;
  const { warn = () => undefined, waitNotice = withoutNotice } = settings;
  const { clock, env, signal } = io;
  const paths = storePathsOf(io);
  const { path, keysDirectory } = paths;
  const keys = new KeyRing({ path, keysDirectory, env, keychain: keychainOf(settings), askPassphrase, warn, tighten });
  return { paths, io: { clock, signal, waitNotice }, warn, keys, quarantine, tighten };
}
