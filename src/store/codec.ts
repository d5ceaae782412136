import * as v from 'valibot';
import { Secret } from '../secret.ts';
import { validProfileName } from './profile-name.ts';
import type { AppRecord, Profile, ShopRecord, TokenRecord } from './profile.ts';

const secret = v.pipe(
  v.string(),
  v.transform((value) => new Secret(value)),
);
const time = v.pipe(v.number(), v.finite());
const texts = v.array(v.string());
const flag = v.exactOptional(v.boolean());
const text = v.exactOptional(v.string());
const stepDone = v.exactOptional(time);

const app = v.strictObject({
  region: v.exactOptional(v.picklist(['us', 'row'])),
  country: text,
  redirectUrl: text,
  appKey: text,
  appSecret: v.exactOptional(secret),
  serviceId: text,
});

const journal = v.strictObject({
  done: v.strictObject({
    portal: stepDone,
    app: stepDone,
    scopes: stepDone,
    credentials: stepDone,
    authorize: stepDone,
    verify: stepDone,
    finish: stepDone,
  }),
  waitingForApproval: flag,
  pendingScopes: v.exactOptional(texts),
  unusualAccepted: v.exactOptional(texts),
  redirectToRestore: flag,
  ottokitConfirmed: flag,
  shopsUnknown: flag,
});

const tokens = v.strictObject({
  accessToken: secret,
  accessTokenExpiresAt: time,
  refreshToken: secret,
  refreshTokenExpiresAt: v.nullable(time),
  openId: text,
  sellerName: text,
  sellerBaseRegion: text,
  userType: v.exactOptional(v.number()),
  grantedScopes: v.exactOptional(texts),
  obtainedAt: time,
});

const shop = v.strictObject({
  id: v.string(),
  name: v.string(),
  region: v.string(),
  sellerType: v.string(),
  cipher: secret,
});

/**
 * A field that is not listed is refused. What format 1 holds never grows: a new field is a new format number, so that
 * an older version says "written by a newer one" and does not drop at its next write what it does not know.
 */
const profile: v.GenericSchema<unknown, Profile> = v.strictObject({
  name: v.pipe(v.string(), v.check(validProfileName)),
  app,
  journal,
  tokens: v.exactOptional(tokens),
  shops: v.array(shop),
  redo: v.exactOptional(v.strictObject({ app, journal })),
  createdAt: time,
  updatedAt: time,
});

const content = v.strictObject({ profiles: v.array(profile) });

/** The profiles as the JSON text that is encrypted: every secret in clear. */
export function encodeProfiles(profiles: Iterable<Profile>): string {
  return JSON.stringify({ profiles: Array.from(profiles, inClear) });
}

/** The profiles by name; `null` when the text is not what format 1 allows. */
export function decodeProfiles(json: string): ReadonlyMap<string, Profile> | null {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return null;
  }
  const read = v.safeParse(content, value);
  if (!read.success) return null;
  const byName = new Map(read.output.profiles.map((each) => [each.name, each]));
  return byName.size === read.output.profiles.length ? byName : null;
}

const inClear = ({ app: record, redo, tokens: given, shops, ...rest }: Profile): object => ({
  ...rest,
  app: appInClear(record),
  ...(redo === undefined ? {} : { redo: { ...redo, app: appInClear(redo.app) } }),
  ...(given === undefined ? {} : { tokens: tokensInClear(given) }),
  shops: shops.map(shopInClear),
});

const appInClear = (record: Partial<AppRecord>): object => ({ ...record, appSecret: record.appSecret?.reveal() });

const tokensInClear = (record: TokenRecord): object => ({
  ...record,
  accessToken: record.accessToken.reveal(),
  refreshToken: record.refreshToken.reveal(),
});

const shopInClear = (record: ShopRecord): object => ({ ...record, cipher: record.cipher.reveal() });
