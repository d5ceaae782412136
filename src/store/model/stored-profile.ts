import { defined } from '../../ground/defined.ts';
import { Secret } from '../../ground/secret.ts';
import type { AppRecord, Profile } from './profile.ts';
import { isStoredProfile } from './stored-form.ts';

/** The profile's stored form, with its secrets in plain text. It must be encrypted. */
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

/**
 * Checks that a changed profile kept its name and can be read back, because JSON can't represent every number.
 * @throws Error for a bug in the change
 */
export function storable(name: string, profile: Profile): Profile {
  if (profile.name !== name) throw new Error('a change may not rename a profile');
  if (isStoredProfile(JSON.parse(JSON.stringify(storedProfile(profile))))) return profile;
  throw new Error('a profile was made that does not fit the store');
}

const plainApp = ({ appSecret, ...rest }: Readonly<Partial<AppRecord>>): object =>
  defined({ ...rest, appSecret: appSecret?.reveal() });

/** The parts of a parsed profile that contain secrets. */
interface Plain {
  readonly app: { appSecret?: unknown };
  readonly pendingReplacement?: Pick<Plain, 'app'>;
  readonly tokens?: { accessToken: unknown; refreshToken: unknown };
  readonly shops: readonly { cipher: unknown }[];
}

/**
 * Turns a parsed value into a profile, or returns `null` if this version doesn't know its format. Changes the value,
 * because copying 500 profiles would take as long as parsing them.
 */
export function profileFrom(value: unknown): Profile | null {
  if (!isStoredProfile(value)) return null;
  const { app, pendingReplacement, tokens, shops } = value as Plain;
  if (app.appSecret !== undefined) app.appSecret = secret(app.appSecret);
  const later = pendingReplacement?.app;
  if (later?.appSecret !== undefined) later.appSecret = secret(later.appSecret);
  if (tokens !== undefined) {
    tokens.accessToken = secret(tokens.accessToken);
    tokens.refreshToken = secret(tokens.refreshToken);
  }
  for (const shop of shops) shop.cipher = secret(shop.cipher);
  return value as Profile;
}

const secret = (plain: unknown): Secret => new Secret(plain as string);

export const sameProfile = (a: Profile | undefined, b: Profile | undefined): boolean =>
  JSON.stringify(a && storedProfile(a)) === JSON.stringify(b && storedProfile(b));
