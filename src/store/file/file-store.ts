import { fail } from '../../ground/errors.ts';
import { KeyRing } from '../keys/key-ring.ts';
import { keychainOf } from '../keys/store-keychain.ts';
import type { Profile } from '../model/profile.ts';
import { withoutNotice, type Store, type StoreSettings } from '../store.ts';
import { changeProfile, forgetProfile, prove } from './changes.ts';
import { readContents, type StoreContext } from './contents.ts';
import { profileIn, readEntry, type Entries } from './entries.ts';
import { storePathsOf } from './store-paths.ts';
import { addProfiles, moveKey, moveProfiles, removeProfiles } from './whole-store.ts';

/** Opens the store file on this computer. @throws Failure as `openStore` */
export async function openFileStore(settings: StoreSettings): Promise<Store> {
  const context = storeContextOf(settings);
  const { paths, keys } = context;
  await readContents(context);
  const reported = new Set<string>();
  /** Reports an unreadable profile once. */
  const readable = (entries: Entries, name: string): readonly Profile[] => {
    const profile = readEntry(entries, name);
    if (profile === null && !reported.has(name)) {
      reported.add(name);
      context.warn(fail('profile-unreadable', { profile: name, path: paths.path }).message);
    }
    return profile ? [profile] : [];
  };
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
      return [...(names ?? entries.keys())].sort().flatMap((name) => readable(entries, name));
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
