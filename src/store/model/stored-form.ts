import { defaultRegion, isRegion } from '../../ground/regions.ts';
import { validProfileName } from './profile-name.ts';

/** A parsed JSON object that hasn't been checked yet. */
type Unknown = Readonly<Record<string, unknown>>;

/**
 * Whether a value is a profile in its stored form. Allows unknown fields, so that profiles from later versions stay
 * usable.
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
  const { region = defaultRegion, country = '', redirectUrl = '', appKey = '' } = value;
  const { appSecret = '', serviceId = '', authorizationHost = '' } = value;
  const hasApp = isText(appKey) && isText(appSecret) && isText(serviceId) && isText(authorizationHost);
  return isRegion(region) && isText(country) && isText(redirectUrl) && hasApp;
}

function isJournal(value: unknown): boolean {
  if (!isObject(value) || !isObject(value['done'])) return false;
  const { done, waitingForApproval = false, redirectSetBack = '' } = value;
  const { pendingScopes = [], unusualAccepted = [] } = value;
  for (const step in done) if (!isNumber(done[step])) return false;
  const hasLists = areTexts(pendingScopes) && areTexts(unusualAccepted);
  return typeof waitingForApproval === 'boolean' && isText(redirectSetBack) && hasLists;
}

function isTokens(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { accessToken, accessTokenExpiresAt, refreshToken, refreshTokenExpiresAt, obtainedAt } = value;
  const { sellerName = '', sellerBaseRegion = '', userType = 0, grantedScopes = [] } = value;
  const hasTokens = isText(accessToken) && isText(refreshToken) && areTexts(grantedScopes);
  const hasTimes = isTimeOrNull(accessTokenExpiresAt) && isTimeOrNull(refreshTokenExpiresAt) && isNumber(obtainedAt);
  return hasTokens && hasTimes && isText(sellerName) && isText(sellerBaseRegion) && isNumber(userType);
}

function isShop(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { id, name, region, sellerType, cipher } = value;
  return isText(id) && isText(name) && isText(region) && isText(sellerType) && isText(cipher);
}

const isOttokitAnswer = (value: unknown): boolean =>
  isObject(value) && typeof value['connected'] === 'boolean' && isNumber(value['confirmedAt']);

const isObject = (value: unknown): value is Unknown => typeof value === 'object' && value !== null;
const isNumber = (value: unknown): boolean => typeof value === 'number';
const isTimeOrNull = (value: unknown): boolean => value === null || isNumber(value);
const isText = (value: unknown): boolean => typeof value === 'string';
const areTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
