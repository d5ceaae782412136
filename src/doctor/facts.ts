import { verifyConnection, type Verification } from '../connection/verify.ts';
import { appOf } from '../connection/app.ts';
import { fail, isFailure, type ErrorCode, type Failure } from '../ground/errors.ts';
import type { Io } from '../ground/io.ts';
import { probeHost } from '../network/reach.ts';
import type { Reach } from '../network/reachability.ts';
import { inspectStore, type StoreInspection } from '../store/file/inspect.ts';
import type { Profile } from '../store/model/profile.ts';
import type { Store } from '../store/store.ts';
import type { Answer } from '../tiktok/answer.ts';
import type { Hosts, Region } from '../tiktok/portals.ts';
import { probeApp } from '../tiktok/tokens.ts';
import type { CheckId } from './check.ts';
import { secretsOf } from './redact.ts';

export type DoctorIo = Pick<Io, 'http' | 'clock' | 'env' | 'host' | 'configDirectory' | 'dataDirectory' | 'signal'>;

/** What doctor is given. Nothing of it is asked for before a check needs it. */
export interface DoctorInput {
  readonly io: DoctorIo;
  readonly version: string;
  /** The profile that is examined. */
  readonly name: string;
  readonly hosts: (region: Region) => Hosts;
  /** @throws Failure when the store does not open */
  readonly openStore: () => Promise<Store>;
}

/** What the store holds; or why it does not open, and which check says so. */
export type Opened =
  | { readonly ok: true; readonly store: Store; readonly profiles: readonly Profile[] }
  | { readonly ok: false; readonly owner: 'store' | 'key'; readonly failure: Failure };

/** `none`: nothing at all is set up. `unknown`: others are, this one is not. `closed`: the store does not open. */
export type StoredProfile =
  | { readonly state: 'none' }
  | { readonly state: 'unknown'; readonly failure: Failure }
  | { readonly state: 'closed'; readonly owner: 'store' | 'key'; readonly failure: Failure }
  | { readonly state: 'known'; readonly profile: Profile };

/** `undefined`: the profile has not all that it takes to ask. */
export type Asked<T> = T | undefined;

/**
 * What several checks need. Each is found out once, by the first check that asks, and shared: so checks that need the
 * same answer wait for it together.
 */
export interface Facts extends Omit<DoctorInput, 'openStore'> {
  /** Whether this check runs too. */
  runs(id: CheckId): boolean;
  inspection(): Promise<StoreInspection>;
  store(): Promise<Opened>;
  profile(): Promise<StoredProfile>;
  /** The way to a host; `at` is when the answer was there, in milliseconds since 1970. */
  reach(origin: string): Promise<Reach & { readonly at: number }>;
  /** Whether TikTok Shop knows the App Key. */
  app(): Promise<Asked<Answer<'recognised'>>>;
  /** What a signed call with the stored access token shows. */
  connection(): Promise<Asked<Verification>>;
}

/** What facts may take, in milliseconds, and where secrets go. */
export interface Limits {
  /** For a host. */
  readonly reach: number;
  /** For opening the store; shorter than a check's deadline, so that a store that hangs spoils no other check. */
  readonly store: number;
  /** Is given every secret of the store, by value, as soon as it is read. */
  readonly secrets: (values: readonly string[]) => void;
}

export function gatherFacts(patient: DoctorInput, ids: readonly CheckId[], limits: Limits): Facts {
  const { io, name, hosts, openStore } = patient;
  const inspection = once(() => inspectStore(io));
  const store = once(async () => {
    // Opening makes loose permissions tight, so they are looked at before.
    const { path } = await inspection();
    const opening = await inTime(opened(openStore), io, limits.store, path);
    if (opening.ok) limits.secrets(opening.profiles.flatMap(secretsOf));
    return opening;
  });
  const profile = once(async () => {
    const opening = await store();
    if (!opening.ok) return { state: 'closed', owner: opening.owner, failure: opening.failure } as const;
    return choose(opening.profiles, name);
  });
  const complete = once(async () => {
    const stored = await profile();
    if (stored.state !== 'known') return undefined;
    const known = appOf(stored.profile);
    return known.ok ? { ...known, profile: stored.profile } : undefined;
  });
  const reaches = new Map<string, Promise<Reach & { at: number }>>();
  return {
    ...patient,
    runs: (id) => ids.includes(id),
    inspection,
    store,
    profile,
    reach(origin) {
      const reach = reaches.get(origin) ?? reachOf(origin, io, limits.reach);
      reaches.set(origin, reach);
      return reach;
    },
    app: once(async () => {
      const known = await complete();
      return known === undefined ? undefined : await probeApp(io, hosts(known.region), known.app);
    }),
    connection: once(async () => {
      const known = await complete();
      if (known?.profile.tokens === undefined) return undefined;
      return await verifyConnection(io, hosts, known.profile);
    }),
  };
}

function once<T>(find: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | undefined;
  return () => (found ??= find());
}

async function reachOf(origin: string, { env, http, signal, clock }: DoctorIo, timeout: number) {
  const reach = await probeHost(origin, { env, http, timeout, signal });
  return { ...reach, at: clock.now() };
}

/** Failures that are about the key and not about the file. */
const keyFailures: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'passphrase-missing',
  'passphrase-wrong',
  'key-missing',
  'key-wrong',
  'keychain-failed',
  'keychain-entry-missing',
]);

async function opened(openStore: DoctorInput['openStore']): Promise<Opened> {
  try {
    // All of them: damage in any is a matter of the store.
    const store = await openStore();
    return { ok: true, store, profiles: await store.profiles() };
  } catch (thrown) {
    // Whoever leaves at the question for the passphrase is told nothing of the store.
    if (!isFailure(thrown) || thrown.code === 'interrupted') throw thrown;
    return { ok: false, owner: keyFailures.has(thrown.code) ? 'key' : 'store', failure: thrown };
  }
}

async function inTime(
  opening: Promise<Opened>,
  { clock }: Pick<Io, 'clock'>,
  limit: number,
  path: string,
): Promise<Opened> {
  const ended = new AbortController();
  const late = clock.sleep(limit, ended.signal).then(() => {
    const failure = fail('store-unreadable', { path, detail: `it did not open within ${String(limit / 1000)} s` });
    return { ok: false, owner: 'store', failure } as const;
  });
  return await Promise.race([opening, late]).finally(() => {
    ended.abort();
  });
}

function choose(profiles: readonly Profile[], name: string): StoredProfile {
  const profile = profiles.find((candidate) => candidate.name === name);
  if (profile !== undefined) return { state: 'known', profile };
  if (profiles.length === 0) return { state: 'none' };
  const known = profiles.map((other) => other.name);
  return { state: 'unknown', failure: fail('profile-unknown', { profile: name, known }) };
}
