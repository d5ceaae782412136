import { isRegion } from '../../ground/regions.ts';
import { Secret } from '../../ground/secret.ts';
import { validProfileName } from './profile-name.ts';

/** A parsed JSON object that hasn't been checked yet. */
type Unknown = Readonly<Record<string, unknown>>;

/**
 * Whether a value is a profile in its stored form. Allows unknown fields, so that profiles written by later versions
 * stay usable.
 */
export function isStoredProfile(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { name, tokens, shops, ottokit, pendingReplacement: pending } = value;
  return (
    typeof name === 'string' &&
    validProfileName(name) &&
    isApp(value['app']) &&
    isJournal(value['journal']) &&
    (tokens === undefined || isTokens(tokens)) &&
    Array.isArray(shops) &&
    shops.every(isShop) &&
    (ottokit === undefined || isOttokitAnswer(ottokit)) &&
    (pending === undefined || (isObject(pending) && isApp(pending['app']) && isJournal(pending['journal']))) &&
    isNumber(value['createdAt']) &&
    isNumber(value['updatedAt'])
  );
}

function isApp(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { region, country, redirectUrl, appKey, appSecret, serviceId, authorizationHost } = value;
  const texts = [country, redirectUrl, appKey, serviceId, authorizationHost];
  return (
    (region === undefined || isRegion(region)) &&
    texts.every(isTextOrAbsent) &&
    (appSecret === undefined || isSecret(appSecret))
  );
}

function isJournal(value: unknown): boolean {
  if (!isObject(value) || !isObject(value['done'])) return false;
  const { done, waitingForApproval, redirectSetBack, pendingScopes, unusualAccepted } = value;
  return (
    Object.values(done).every(isNumber) &&
    (waitingForApproval === undefined || typeof waitingForApproval === 'boolean') &&
    isTextOrAbsent(redirectSetBack) &&
    [pendingScopes, unusualAccepted].every(areTextsOrAbsent)
  );
}

function isTokens(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { accessToken, accessTokenExpiresAt, refreshToken, refreshTokenExpiresAt, obtainedAt } = value;
  const { sellerName, sellerBaseRegion, userType, grantedScopes } = value;
  return (
    isSecret(accessToken) &&
    isSecret(refreshToken) &&
    [accessTokenExpiresAt, refreshTokenExpiresAt].every((time) => time === null || isNumber(time)) &&
    isNumber(obtainedAt) &&
    [sellerName, sellerBaseRegion].every(isTextOrAbsent) &&
    (userType === undefined || isNumber(userType)) &&
    areTextsOrAbsent(grantedScopes)
  );
}

function isShop(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { id, name, region, sellerType, cipher } = value;
  return [id, name, region, sellerType].every(isText) && isSecret(cipher);
}

const isOttokitAnswer = (value: unknown): boolean =>
  isObject(value) && typeof value['connected'] === 'boolean' && isNumber(value['confirmedAt']);

const isObject = (value: unknown): value is Unknown => typeof value === 'object' && value !== null;
const isNumber = (value: unknown): boolean => typeof value === 'number';
const isText = (value: unknown): boolean => typeof value === 'string';
/** `profileFrom` has already wrapped the secrets of a profile that was read before. */
const isSecret = (value: unknown): boolean => isText(value) || value instanceof Secret;
const isTextOrAbsent = (value: unknown): boolean => value === undefined || isText(value);
const areTextsOrAbsent = (value: unknown): boolean =>
  value === undefined || (Array.isArray(value) && value.every(isText));
