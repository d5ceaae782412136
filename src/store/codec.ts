import { Secret } from '../secret.ts';
import { validProfileName } from './profile-name.ts';
import type { AppRecord, Profile } from './profile.ts';
import type { StoredProfile } from './stored-form.ts';

/** The profiles as the JSON text that is encrypted: every secret in clear. */
export function encodeProfiles(profiles: Iterable<Profile>): string {
  return JSON.stringify({ profiles: Array.from(profiles, inClear) });
}

/**
 * The profiles by name; `null` when the text holds no profiles. Their fields are not looked at again: each was checked
 * before it was written (`stored-form.ts`), and only who has the key can have written them. With 500 profiles, checking
 * took longer than everything else that `status` does.
 */
export function decodeProfiles(json: string): ReadonlyMap<string, Profile> | null {
  try {
    const { profiles } = JSON.parse(json) as { readonly profiles: readonly StoredProfile[] };
    const byName = new Map(profiles.map((each) => [each.name, withSecrets(each)]));
    return byName.size === profiles.length && [...byName.keys()].every(validProfileName) ? byName : null;
  } catch {
    return null;
  }
}

/** A profile as the store keeps it: its secrets in clear. */
export const inClear = ({ app, redo, tokens, shops, ...rest }: Profile): object => ({
  ...rest,
  app: appInClear(app),
  ...(redo === undefined ? {} : { redo: { ...redo, app: appInClear(redo.app) } }),
  ...(tokens === undefined
    ? {}
    : {
        tokens: {
          ...tokens,
          accessToken: tokens.accessToken.reveal(),
          refreshToken: tokens.refreshToken.reveal(),
        },
      }),
  shops: shops.map((shop) => ({ ...shop, cipher: shop.cipher.reveal() })),
});

/** Puts the secrets into the object that was parsed, which nobody else has: to copy it took as long as to parse it. */
function withSecrets(stored: StoredProfile): Profile {
  const { app, redo, tokens, shops } = stored;
  hide(app, 'appSecret');
  if (redo !== undefined) hide(redo.app, 'appSecret');
  if (tokens !== undefined) {
    hide(tokens, 'accessToken');
    hide(tokens, 'refreshToken');
  }
  for (const shop of shops) hide(shop, 'cipher');
  return stored as unknown as Profile;
}

function hide<K extends string>(record: Partial<Record<K, string>>, name: K): void {
  const clear = record[name];
  if (clear !== undefined) (record as Record<K, unknown>)[name] = new Secret(clear);
}

type App = Readonly<Partial<AppRecord>>;

const appInClear = ({ appSecret, ...rest }: App): StoredProfile['app'] =>
  appSecret === undefined ? rest : { ...rest, appSecret: appSecret.reveal() };
