import { defined } from '../../ground/defined.ts';
import { Secret } from '../../ground/secret.ts';
import type { AppRecord, Profile } from './profile.ts';
import { isStoredProfile } from './stored-form.ts';

/** A profile as the store keeps it: JSON with its secrets in clear, to be encrypted. */
export function storedProfile(profile: Profile): object {
  const { app, pendingReplacement, tokens, shops, ...rest } = profile;
  return {
    ...rest,
    app: plainApp(app),
    shops: shops.map((shop) => ({ ...shop, cipher: shop.cipher.reveal() })),
    ...defined({
      pendingReplacement: pendingReplacement && { ...pendingReplacement, app: plainApp(pendingReplacement.app) },
      tokens: tokens && {
        ...tokens,
        accessToken: tokens.accessToken.reveal(),
        refreshToken: tokens.refreshToken.reveal(),
      },
    }),
  };
}

/** Whether a profile could be read back after it was stored. A number that JSON can't hold is what this finds. */
export const canBeStored = (profile: Profile): boolean =>
  isStoredProfile(JSON.parse(JSON.stringify(storedProfile(profile))));

const plainApp = ({ appSecret, ...rest }: Readonly<Partial<AppRecord>>): object =>
  defined({ ...rest, appSecret: appSecret?.reveal() });

/** The profile in a parsed value, which is changed for it; `null` when this version doesn't know its form. */
export function profileFrom(value: unknown): Profile | null {
  if (!isStoredProfile(value)) return null;
  const profile = value as Profile;
  wrapSecret(profile.app, 'appSecret');
  if (profile.pendingReplacement !== undefined) wrapSecret(profile.pendingReplacement.app, 'appSecret');
  if (profile.tokens !== undefined) {
    wrapSecret(profile.tokens, 'accessToken');
    wrapSecret(profile.tokens, 'refreshToken');
  }
  for (const shop of profile.shops) wrapSecret(shop, 'cipher');
  return profile;
}

/** In place: copying 500 profiles takes as long as parsing them. */
function wrapSecret<K extends string>(holder: Partial<Record<K, unknown>>, name: K): void {
  const plain = holder[name];
  if (typeof plain === 'string') holder[name] = new Secret(plain);
}

export const sameProfile = (a: Profile | undefined, b: Profile | undefined): boolean =>
  JSON.stringify(a && storedProfile(a)) === JSON.stringify(b && storedProfile(b));
