import { isRegion } from '../../ground/regions.ts';
import { Secret } from '../../ground/secret.ts';
import type { Shop } from '../../ground/tokens-and-shops.ts';
import { validProfileName } from './profile-name.ts';
import type { AppRecord, Journal, Profile, TokenRecord } from './profile.ts';

/** Checks a parsed value. */
type Form = (value: unknown) => boolean;

const isText: Form = (value) => typeof value === 'string';
const isNumber: Form = (value) => typeof value === 'number';
const isFlag: Form = (value) => typeof value === 'boolean';
const isTime: Form = (value) => value === null || isNumber(value);
/** `profileFrom` has already wrapped the secrets of a profile that was read before. */
const isSecret: Form = (value) => isText(value) || value instanceof Secret;
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

function optional(form: Form): Form {
  return (value) => value === undefined || form(value);
}

function listOf(form: Form): Form {
  return (value) => Array.isArray(value) && value.every(form);
}

/** Allows unknown fields, so that profiles written by later versions stay usable. */
function objectWith<T>(fields: Readonly<Record<keyof T, Form>>): Form {
  return (value) => {
    if (!isObject(value)) return false;
    for (const name in fields) if (!fields[name](value[name])) return false;
    return true;
  };
}

const isApp = objectWith<AppRecord>({
  region: optional(isRegion),
  country: optional(isText),
  redirectUrl: optional(isText),
  appKey: optional(isText),
  appSecret: optional(isSecret),
  serviceId: optional(isText),
  authorizationHost: optional(isText),
});

const isJournal = objectWith<Journal>({
  done: (value) => isObject(value) && Object.values(value).every(isNumber),
  waitingForApproval: optional(isFlag),
  pendingScopes: optional(listOf(isText)),
  unusualAccepted: optional(listOf(isText)),
  redirectSetBack: optional(isText),
});

const isTokens = objectWith<TokenRecord>({
  accessToken: isSecret,
  accessTokenExpiresAt: isTime,
  refreshToken: isSecret,
  refreshTokenExpiresAt: isTime,
  sellerName: optional(isText),
  sellerBaseRegion: optional(isText),
  userType: optional(isNumber),
  grantedScopes: optional(listOf(isText)),
  obtainedAt: isNumber,
});

const isShop = objectWith<Shop>({
  id: isText,
  name: isText,
  region: isText,
  sellerType: isText,
  cipher: isSecret,
});

const isProfile = objectWith<Profile>({
  name: (value) => typeof value === 'string' && validProfileName(value),
  app: isApp,
  journal: isJournal,
  tokens: optional(isTokens),
  shops: listOf(isShop),
  ottokit: optional(objectWith({ connected: isFlag, confirmedAt: isNumber })),
  pendingReplacement: optional(objectWith({ app: isApp, journal: isJournal })),
  createdAt: isNumber,
  updatedAt: isNumber,
});

/** JSON with all secrets in plain text. It must be encrypted. */
export const plainJson = (value: unknown): string =>
  JSON.stringify(value, function (this: Readonly<Record<string, unknown>>, name, plain: unknown) {
    // `plain` is what `Secret.toJSON` returned.
    const original = this[name];
    return original instanceof Secret ? original.reveal() : plain;
  });

/**
 * Checks that a changed profile kept its name and can be read back, because JSON can't represent every number.
 * @throws Error for a bug in the change
 */
export function storable(name: string, profile: Profile): Profile {
  if (profile.name !== name) throw new Error('a change may not rename a profile');
  if (isProfile(JSON.parse(plainJson(profile)))) return profile;
  throw new Error('a profile was made that does not fit the store');
}

/** The parts of a parsed profile that contain secrets. */
interface Parsed {
  readonly app: { appSecret?: unknown };
  readonly pendingReplacement?: Pick<Parsed, 'app'>;
  readonly tokens?: { accessToken: unknown; refreshToken: unknown };
  readonly shops: readonly { cipher: unknown }[];
}

/**
 * Turns a parsed value into a profile, or returns `null` if this version doesn't know its format. Changes the value,
 * because copying 500 profiles would take as long as parsing them.
 */
export function profileFrom(value: unknown): Profile | null {
  if (!isProfile(value)) return null;
  const { app, pendingReplacement, tokens, shops } = value as Parsed;
  for (const each of [app, pendingReplacement?.app])
    if (each?.appSecret !== undefined) each.appSecret = secret(each.appSecret);
  if (tokens !== undefined) {
    tokens.accessToken = secret(tokens.accessToken);
    tokens.refreshToken = secret(tokens.refreshToken);
  }
  for (const shop of shops) shop.cipher = secret(shop.cipher);
  return value as Profile;
}

const secret = (text: unknown): Secret => (text instanceof Secret ? text : new Secret(text as string));

export const sameProfile = (a: Profile | undefined, b: Profile | undefined): boolean => plainJson(a) === plainJson(b);
