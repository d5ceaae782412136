import * as v from 'valibot';
import { validProfileName } from './profile-name.ts';

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
  appSecret: text,
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
  shopsUnknown: flag,
});

const tokens = v.strictObject({
  accessToken: v.string(),
  accessTokenExpiresAt: v.nullable(time),
  refreshToken: v.string(),
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
  cipher: v.string(),
});

/**
 * A field that is not listed is refused. What format 1 holds never grows: a new field is a new format number, so that
 * an older version says "written by a newer one" and does not drop at its next write what it does not know.
 */
const profile = v.strictObject({
  name: v.pipe(v.string(), v.check(validProfileName)),
  app,
  journal,
  tokens: v.exactOptional(tokens),
  shops: v.array(shop),
  ottokit: v.exactOptional(v.strictObject({ connected: v.boolean(), confirmedAt: time })),
  pendingReplacement: v.exactOptional(v.strictObject({ app, journal })),
  createdAt: time,
  updatedAt: time,
});

/** A profile with its secrets in clear, as the store keeps it. */
export type StoredProfile = v.InferOutput<typeof profile>;

/** Whether this may be written. Its secrets stand in it in clear, and the reasons are not told. */
export const fitsStore = (value: unknown): value is StoredProfile => v.is(profile, value);
