import { Secret } from '../../ground/secret.ts';
import type { Profile } from './profile.ts';
import { isStoredProfile } from './stored-form.ts';

/** Converts a value to JSON with all secrets in plain text, so the result must be encrypted before it is stored. */
export const plainJson = (value: unknown): string =>
  JSON.stringify(value, function (this: Readonly<Record<string, unknown>>, name, plain: unknown) {
    // For a secret, `plain` is only the placeholder from `Secret.toJSON`.
    const original = this[name];
    return original instanceof Secret ? original.reveal() : plain;
  });

/**
 * Checks that a changed profile kept its name and can be read back, because JSON can't represent every number.
 * @throws Error for a bug in the change
 */
export function storable(name: string, profile: Profile): Profile {
  if (profile.name !== name) throw new Error('a change must not rename a profile');
  if (isStoredProfile(JSON.parse(plainJson(profile)))) return profile;
  throw new Error('a change returned a profile that cannot be read back');
}

/** The parts of a parsed profile that contain secrets. */
interface Parsed {
  readonly app: { appSecret?: unknown };
  readonly pendingReplacement?: Pick<Parsed, 'app'>;
  readonly tokens?: { accessToken: unknown; refreshToken: unknown };
  readonly shops: readonly { cipher: unknown }[];
}

/**
 * Turns a value that was just parsed into a profile, or returns `null` if this version doesn't know its format. Changes
 * the value, because copying 500 profiles would take as long as parsing them. This function and `isStoredProfile` name
 * each field, because iterating over a table of fields takes twice as long.
 */
export function profileFrom(value: unknown): Profile | null {
  if (!isStoredProfile(value)) return null;
  const { app, pendingReplacement, tokens, shops } = value as Parsed;
  const later = pendingReplacement?.app;
  if (app.appSecret !== undefined) app.appSecret = wrapped(app.appSecret);
  if (later?.appSecret !== undefined) later.appSecret = wrapped(later.appSecret);
  if (tokens !== undefined) {
    tokens.accessToken = wrapped(tokens.accessToken);
    tokens.refreshToken = wrapped(tokens.refreshToken);
  }
  for (const shop of shops) shop.cipher = wrapped(shop.cipher);
  return value as Profile;
}

const wrapped = (plain: unknown): Secret => new Secret(plain as string);

export const sameProfile = (a: Profile | undefined, b: Profile | undefined): boolean => plainJson(a) === plainJson(b);
