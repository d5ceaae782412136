import { defaultRegion, isRegion } from '../../ground/regions.ts';
import { Secret } from '../../ground/secret.ts';
import { validProfileName, type Profile } from './profile.ts';

/** Converts a value to JSON with all secrets in plain text, so the result must be encrypted before it is stored. */
export const plainJson = (value: unknown): string =>
  JSON.stringify(value, function (this: Readonly<Record<string, unknown>>, name, plain: unknown) {
    // For a secret, `plain` is only the placeholder from `Secret.toJSON`.
    const original = this[name];
    return original instanceof Secret ? original.reveal() : plain;
  });

/** @throws Error if the profile's name changed or it can't be read back: JSON can't represent every number */
export function storable(name: string, profile: Profile): Profile {
  if (profile.name !== name) throw new Error('a change must not rename a profile');
  if (profileFrom(JSON.parse(plainJson(profile))) !== null) return profile;
  throw new Error('a change returned a profile that can’t be read back');
}

/**
 * Turns a value that was just parsed into a profile, or returns `null` if this version doesn't know its format. Keeps
 * unknown fields, so that profiles from later versions stay usable. Changes the value, because copying it would take as
 * long as parsing it, and names each field, because iterating over a table of fields takes twice as long.
 */
export function profileFrom(value: unknown): Profile | null {
  if (!isObject(value)) return null;
  const { name, app, journal, tokens, shops, ottokit, pendingReplacement: pending, createdAt, updatedAt } = value;
  const isProfile =
    isText(name) &&
    validProfileName(name) &&
    readApp(app) &&
    isJournal(journal) &&
    (tokens === undefined || readTokens(tokens)) &&
    Array.isArray(shops) &&
    shops.every(readShop) &&
    (ottokit === undefined || isOttokitAnswer(ottokit)) &&
    (pending === undefined || (isObject(pending) && readApp(pending['app']) && isJournal(pending['journal']))) &&
    isNumber(createdAt) &&
    isNumber(updatedAt);
  return isProfile ? (value as unknown as Profile) : null;
}

export const sameProfile = (a: Profile | undefined, b: Profile | undefined): boolean => plainJson(a) === plainJson(b);

function readApp(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { region = defaultRegion, country = '', redirectUrl = '', appKey = '' } = value;
  const { appSecret, serviceId = '', authorizationHost = '' } = value;
  const hasApp = isText(appKey) && isText(serviceId) && isText(authorizationHost);
  const hasSecret = appSecret === undefined || wrap(value, 'appSecret');
  return isRegion(region) && isText(country) && isText(redirectUrl) && hasApp && hasSecret;
}

function isJournal(value: unknown): boolean {
  if (!isObject(value) || !isObject(value['done'])) return false;
  const { done, waitingForApproval = false, redirectSetBack = '' } = value;
  const { pendingScopes = [], unusualAccepted = [] } = value;
  for (const step in done) if (!isNumber(done[step])) return false;
  const hasLists = areTexts(pendingScopes) && areTexts(unusualAccepted);
  return typeof waitingForApproval === 'boolean' && isText(redirectSetBack) && hasLists;
}

function readTokens(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { accessTokenExpiresAt, refreshTokenExpiresAt, obtainedAt } = value;
  const { sellerName = '', sellerBaseRegion = '', userType = 0, grantedScopes = [] } = value;
  const hasTokens = wrap(value, 'accessToken') && wrap(value, 'refreshToken') && areTexts(grantedScopes);
  const hasTimes = isTimeOrNull(accessTokenExpiresAt) && isTimeOrNull(refreshTokenExpiresAt) && isNumber(obtainedAt);
  return hasTokens && hasTimes && isText(sellerName) && isText(sellerBaseRegion) && isNumber(userType);
}

function readShop(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { id, name, region, sellerType } = value;
  return isText(id) && isText(name) && isText(region) && isText(sellerType) && wrap(value, 'cipher');
}

/** Wraps the text in a field as a secret. Returns `false` if it isn't text. */
function wrap(object: Record<string, unknown>, field: string): boolean {
  const plain = object[field];
  if (!isText(plain)) return false;
  object[field] = new Secret(plain);
  return true;
}

const isOttokitAnswer = (value: unknown): boolean =>
  isObject(value) && typeof value['connected'] === 'boolean' && isNumber(value['confirmedAt']);

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isNumber = (value: unknown): boolean => typeof value === 'number';
const isTimeOrNull = (value: unknown): boolean => value === null || isNumber(value);
const isText = (value: unknown): value is string => typeof value === 'string';
const areTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
