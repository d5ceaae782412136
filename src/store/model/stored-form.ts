import { isRegion } from '../../ground/regions.ts';
import { validProfileName } from './profile-name.ts';
import type { AppRecord, Journal, OttokitAnswer, Profile, ShopRecord, TokenRecord } from './profile.ts';

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isNumber: Check = Number.isFinite;
const isFlag: Check = (value) => typeof value === 'boolean';
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);

/** A check for each field of a type. Other fields are allowed, so a profile that a later version wrote stays usable. */
function record<T>(checks: Readonly<Record<keyof T, Check>>): Check {
  const fields = Object.entries<Check>(checks);
  return (value) => isObject(value) && fields.every(([name, check]) => check(value[name]));
}

const isApp = record<AppRecord>({
  region: optional(isRegion),
  country: optional(isText),
  redirectUrl: optional(isText),
  appKey: optional(isText),
  appSecret: optional(isText),
  serviceId: optional(isText),
  authorizationHost: optional(isText),
});

const isJournal = record<Journal>({
  done: (value) => isObject(value) && Object.values(value).every(isNumber),
  waitingForApproval: optional(isFlag),
  pendingScopes: optional(listOf(isText)),
  unusualAccepted: optional(listOf(isText)),
  redirectToRestore: optional(isFlag),
  shopsUnknown: optional(isFlag),
});

const isTokens = record<TokenRecord>({
  accessToken: isText,
  accessTokenExpiresAt: (value) => value === null || isNumber(value),
  refreshToken: isText,
  refreshTokenExpiresAt: (value) => value === null || isNumber(value),
  openId: optional(isText),
  sellerName: optional(isText),
  sellerBaseRegion: optional(isText),
  userType: optional(isNumber),
  grantedScopes: optional(listOf(isText)),
  obtainedAt: isNumber,
});

/** Whether parsed JSON is a profile as the store keeps it, with its secrets in clear. */
export const isStoredProfile = record<Profile>({
  name: (value) => typeof value === 'string' && validProfileName(value),
  app: isApp,
  journal: isJournal,
  tokens: optional(isTokens),
  shops: listOf(record<ShopRecord>({ id: isText, name: isText, region: isText, sellerType: isText, cipher: isText })),
  ottokit: optional(record<OttokitAnswer>({ connected: isFlag, confirmedAt: isNumber })),
  pendingReplacement: optional(record<Pick<Profile, 'app' | 'journal'>>({ app: isApp, journal: isJournal })),
  createdAt: isNumber,
  updatedAt: isNumber,
});
