import { defaultRegion, isRegion } from '../../ground/regions.ts';
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
  const { region = defaultRegion, country = '', redirectUrl = '', appKey = '' } = value;
  const { appSecret = '', serviceId = '', authorizationHost = '' } = value;
  const texts = [country, redirectUrl, appKey, appSecret, serviceId, authorizationHost];
  return isRegion(region) && texts.every(isText);
}

function isJournal(value: unknown): boolean {
  if (!isObject(value) || !isObject(value['done'])) return false;
  const { done, waitingForApproval = false, redirectSetBack = '' } = value;
  const { pendingScopes = [], unusualAccepted = [] } = value;
  return (
    Object.values(done).every(isNumber) &&
    typeof waitingForApproval === 'boolean' &&
    isText(redirectSetBack) &&
    areTexts(pendingScopes) &&
    areTexts(unusualAccepted)
  );
}

function isTokens(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { accessToken, accessTokenExpiresAt, refreshToken, refreshTokenExpiresAt, obtainedAt } = value;
  const { sellerName = '', sellerBaseRegion = '', userType = 0, grantedScopes = [] } = value;
  return (
    [accessToken, refreshToken, sellerName, sellerBaseRegion].every(isText) &&
    [accessTokenExpiresAt, refreshTokenExpiresAt].every((time) => time === null || isNumber(time)) &&
    [obtainedAt, userType].every(isNumber) &&
    areTexts(grantedScopes)
  );
}

function isShop(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { id, name, region, sellerType, cipher } = value;
  return [id, name, region, sellerType, cipher].every(isText);
}

const isOttokitAnswer = (value: unknown): boolean =>
  isObject(value) && typeof value['connected'] === 'boolean' && isNumber(value['confirmedAt']);

const isObject = (value: unknown): value is Unknown => typeof value === 'object' && value !== null;
const isNumber = (value: unknown): boolean => typeof value === 'number';
const isText = (value: unknown): boolean => typeof value === 'string';
const areTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
