import { defined } from '../../ground/defined.ts';
import { Secret } from '../../ground/secret.ts';
import type { SealedRecord } from './envelope.ts';
import { overviewOf, type ProfileOverview, type ProfileState } from '../model/overview.ts';
import { validProfileName } from '../model/profile-name.ts';
import type { AppRecord, Profile } from '../model/profile.ts';
import type { StoredProfile } from '../model/stored-form.ts';

/** What the index holds of a profile: what a list tells of it, and which record is its. The index is sorted by name. */
export interface IndexEntry extends ProfileOverview {
  /** Of its record, in bytes. The records follow each other in the order of the index. */
  readonly size: number;
  /** Of its record: base64 of 16 bytes. */
  readonly tag: string;
}

export const indexEntry = (profile: Profile, { bytes, tag }: SealedRecord): IndexEntry => ({
  ...overviewOf(profile),
  size: bytes.length,
  tag,
});

/**
 * The index as it is encrypted. Rows without names of fields, and each set of scopes once, because most of the time that
 * a list of many profiles takes goes by the size of this.
 */
interface StoredIndex {
  readonly scopes: readonly (readonly string[])[];
  readonly rows: readonly StoredRow[];
}

type StoredRow = readonly [
  name: string,
  state: ProfileState,
  region: ProfileOverview['region'],
  accessTokenExpiresAt: number | null,
  refreshTokenExpiresAt: number | null,
  /** Which of the sets. */
  scopes: number | null,
  shops: readonly (readonly [id: string, name: string, region: string])[],
  size: number,
  tag: string,
];

export function encodeIndex(entries: readonly IndexEntry[]): string {
  const sets = new Map<string, number>();
  const setOf = (scopes: readonly string[] | null): number | null => {
    if (scopes === null) return null;
    const text = JSON.stringify(scopes);
    const known = sets.get(text) ?? sets.size;
    sets.set(text, known);
    return known;
  };
  const rows = entries.map((entry): StoredRow => [
    entry.name,
    entry.state,
    entry.region,
    entry.accessTokenExpiresAt,
    entry.refreshTokenExpiresAt,
    setOf(entry.grantedScopes),
    entry.shops.map((shop) => [shop.id, shop.name, shop.region]),
    entry.size,
    entry.tag,
  ]);
  return `{"scopes":[${[...sets.keys()].join(',')}],"rows":${JSON.stringify(rows)}}`;
}

/**
 * The index of a store; `null` when the text is none. Fields are not looked at again, here and in a record: each profile
 * was checked before it was written (`stored-form.ts`), and only who has the key can have written it. With 500 profiles,
 * checking took longer than everything else that `status` does.
 */
export function decodeIndex(json: string): readonly IndexEntry[] | null {
  try {
    const { scopes, rows } = JSON.parse(json) as StoredIndex;
    const entries: IndexEntry[] = [];
    let last = '';
    for (const row of rows) {
      const name = row[0];
      const size = row[7];
      if (name <= last || !validProfileName(name) || !Number.isSafeInteger(size) || size <= 0) return null;
      last = name;
      entries.push({
        name,
        state: row[1],
        region: row[2],
        accessTokenExpiresAt: row[3],
        refreshTokenExpiresAt: row[4],
        grantedScopes: row[5] === null ? null : (scopes[row[5]] ?? null),
        shops: row[6].map((shop) => ({ id: shop[0], name: shop[1], region: shop[2] })),
        size,
        tag: row[8],
      });
    }
    return entries;
  } catch {
    return null;
  }
}

/** A profile as the JSON text that is encrypted: every secret in clear. */
export const encodeProfile = (profile: Profile): string => JSON.stringify(toPlain(profile));

/** The profile of this name; `null` when the text is none. */
export function decodeProfile(json: string, name: string): Profile | null {
  try {
    const profile = withSecrets(upgraded(JSON.parse(json) as StoredProfile));
    return profile.name === name ? profile : null;
  } catch {
    return null;
  }
}

/** A profile as the store keeps it: its secrets in clear. */
export const toPlain = ({ app, pendingReplacement, tokens, shops, ...rest }: Profile): object => ({
  ...rest,
  app: appInClear(app),
  ...defined({
    pendingReplacement: pendingReplacement && { ...pendingReplacement, app: appInClear(pendingReplacement.app) },
  }),
  ...(tokens === undefined
    ? {}
    : {
        tokens: {
          ...tokens,
          accessToken: tokens.accessToken.reveal(),
          refreshToken: tokens.refreshToken.reveal(),
        },
      }),
  shops: shops.map((shop) => ({ ...shop, cipher: shop.cipher.reveal() })),
});

/** A profile as it was written before `ottokit` and `pendingReplacement` had these names. */
type OldProfile = Omit<StoredProfile, 'journal' | 'ottokit' | 'pendingReplacement'> & {
  readonly journal: StoredProfile['journal'] & { readonly ottokitConfirmed?: boolean };
  readonly redo?: NonNullable<StoredProfile['pendingReplacement']>;
};

function upgraded(stored: StoredProfile | OldProfile): StoredProfile {
  if (!('redo' in stored || 'ottokitConfirmed' in stored.journal)) return stored;
  const { redo: pendingReplacement, journal: old, ...rest } = stored as OldProfile;
  const { ottokitConfirmed: connected, ...journal } = old;
  const confirmedAt = journal.done.finish ?? stored.updatedAt;
  const ottokit = connected === undefined ? undefined : { connected, confirmedAt };
  return { ...rest, journal, ...defined({ ottokit, pendingReplacement }) };
}

/** Puts the secrets into the object that was parsed, which nobody else has: to copy it took as long as to parse it. */
function withSecrets(stored: StoredProfile): Profile {
  const { app, pendingReplacement, tokens, shops } = stored;
  wrapSecrets(app, 'appSecret');
  if (pendingReplacement !== undefined) wrapSecrets(pendingReplacement.app, 'appSecret');
  if (tokens !== undefined) {
    wrapSecrets(tokens, 'accessToken');
    wrapSecrets(tokens, 'refreshToken');
  }
  for (const shop of shops) wrapSecrets(shop, 'cipher');
  return stored as unknown as Profile;
}

function wrapSecrets<K extends string>(record: Partial<Record<K, string>>, name: K): void {
  const clear = record[name];
  if (clear !== undefined) (record as Record<K, unknown>)[name] = new Secret(clear);
}

type App = Readonly<Partial<AppRecord>>;

const appInClear = ({ appSecret, ...rest }: App): StoredProfile['app'] =>
  appSecret === undefined ? rest : { ...rest, appSecret: appSecret.reveal() };
