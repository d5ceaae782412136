import { appOf } from '../connection/app.ts';
import { verifyConnection } from '../connection/verify.ts';
import { fail, isFailure, type ErrorCode } from '../ground/errors.ts';
import { once } from '../ground/once.ts';
import { asFailure } from '../ground/system-error.ts';
import { inspectStore } from '../store/inspect-store.ts';
import { probeApp } from '../tiktok/tokens.ts';
import type { ComputerFacts, DoctorInput, Facts, Opened, Reach, StoredProfile } from './facts.ts';
import { inTime } from './in-time.ts';
import { secretsOf } from './redact.ts';

/**
 * @param limits how long to wait for a host, and for the store to open, in milliseconds. The latter is shorter than a
 *   check's deadline, so that a store that hangs is reported only once. The store's secrets are added to `secrets`, by
 *   value, once they are read.
 */
export function computerFacts(
  { openStore, ...input }: DoctorInput,
  running: ReadonlyMap<string, string>,
  limits: { readonly reach: number; readonly store: number; readonly secrets: string[] },
): ComputerFacts {
  const { clock, http, signal } = input.io;
  const inspection = once(() => inspectStore(input.io));
  const reaches = new Map<string, Promise<Reach>>();
  const find = async (origin: string): Promise<Reach> => {
    const answer = await http({ method: 'GET', url: `${origin}/`, timeout: limits.reach, signal });
    return { ...answer, origin, at: clock.now() };
  };
  return {
    ...input,
    running,
    inspection,
    store: once(async (): Promise<Opened> => {
      // Opening the store may change it, so it is inspected first.
      const { path, failure } = await inspection();
      if (failure !== undefined) return { ok: false, owner: 'store', failure };
      const opening = await inTime(opened(openStore), input.io, limits.store, () => neverOpened(path, limits.store));
      if (opening.ok) limits.secrets.push(...opening.profiles.flatMap(secretsOf));
      return opening;
    }),
    reach(origin) {
      const reach = reaches.get(origin) ?? find(origin);
      reaches.set(origin, reach);
      return reach;
    },
  };
}

export function profileFacts(computer: ComputerFacts, find: () => Promise<StoredProfile>): Facts {
  const { io, hosts } = computer;
  const profile = once(find);
  const complete = async () => {
    const stored = await profile();
    if (stored.state !== 'known') return undefined;
    const known = appOf(stored.profile);
    return known && { ...known, profile: stored.profile };
  };
  return {
    ...computer,
    profile,
    app: once(async () => {
      const known = await complete();
      return known && (await probeApp(io, hosts(known.region), known.app));
    }),
    connection: once(async () => {
      const known = await complete();
      return known?.profile.tokens && (await verifyConnection(computer, known.profile));
    }),
  };
}

/** The stored profile of this name. */
export async function findProfile({ store }: Pick<ComputerFacts, 'store'>, name: string): Promise<StoredProfile> {
  const opening = await store();
  if (!opening.ok) return { state: 'unknown', owner: opening.owner, failure: opening.failure };
  const { profiles, store: open } = opening;
  const profile = profiles.find((candidate) => candidate.name === name);
  if (profile !== undefined) return { state: 'known', profile };
  const unreadable = await open.profile(name).then(() => undefined, asFailure);
  if (unreadable !== undefined) return { state: 'unknown', failure: unreadable };
  if (profiles.length === 0) return { state: 'none' };
  const known = profiles.map((other) => other.name);
  return { state: 'unknown', failure: fail('profile-unknown', { profile: name, known }) };
}

/** These are about the key, not the file. */
const keyFailures: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  ...(['passphrase-missing', 'passphrase-wrong', 'key-missing', 'key-wrong'] as const),
  ...(['keychain-failed', 'keychain-entry-missing'] as const),
]);

async function opened(openStore: DoctorInput['openStore']): Promise<Opened> {
  try {
    // All profiles, because one damaged profile makes the store faulty.
    const store = await openStore();
    return { ok: true, store, profiles: await store.profiles() };
  } catch (thrown) {
    // Someone who leaves at the passphrase question gets no report.
    if (!isFailure(thrown) || thrown.code === 'interrupted') throw thrown;
    return { ok: false, owner: keyFailures.has(thrown.code) ? 'key' : 'store', failure: thrown };
  }
}

function neverOpened(path: string, limit: number): Opened {
  const detail = `it did not open within ${String(limit / 1000)} s`;
  return { ok: false, owner: 'store', failure: fail('store-unreadable', { path, detail }) };
}
