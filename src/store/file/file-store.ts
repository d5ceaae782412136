import { readableOnly } from '../readable.ts';
import type { OpenSettings, Store } from '../store.ts';
import { changeProfile, forgetProfile, prove } from './changes.ts';
import { noContents, readContents, type StoreContext } from './contents.ts';
import { profileIn } from './entries.ts';
import { storePathsOf } from './store-paths.ts';
import { addProfiles, moveKey, moveProfiles, removeIfEmpty } from './whole-store.ts';

/** Opens the store file on this computer. @throws Failure as `openStore` */
export async function openFileStore(settings: OpenSettings): Promise<Store> {
  const { env } = settings.io;
  const context: StoreContext = { ...settings, ...storePathsOf(settings.io), env, last: noContents, prepared: null };
  const { path } = context;
  await readContents(context);
  const readable = readableOnly(context.warn);
  return {
    location: path,
    get keySource() {
      return (context.last.storeKey ?? context.prepared)?.header.source ?? null;
    },
    names: async () => [...(await readContents(context)).entries.keys()].sort(),
    async profiles(names) {
      const { entries } = await readContents(context);
      return [...(names ?? entries.keys())].sort().flatMap((name) => readable(() => profileIn(path, entries, name)));
    },
    profile: async (name) => profileIn(path, (await readContents(context)).entries, name),
    change: (name, change) => changeProfile(context, name, change),
    forget: (name) => forgetProfile(context, name),
    proveWritable: () => prove(context),
    moveKey: (place) => moveKey(context, place),
    removeIfEmpty: () => removeIfEmpty(context),
    addAll: (profiles) => addProfiles(context, profiles),
    moveTo: (target) => moveProfiles(context, target),
  };
}
