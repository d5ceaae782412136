import { appOf } from '../connection/app.ts';
import { verifyConnection } from '../connection/verify.ts';
import { defined } from '../ground/defined.ts';
import { fail, isFailure, type Failure } from '../ground/errors.ts';
import { once } from '../ground/once.ts';
import { asFailure } from '../ground/system-error.ts';
import type { Profile } from '../store/model/profile.ts';
import { inspectStore } from '../store/open-store.ts';
import { probeApp } from '../tiktok/tokens.ts';
import { deadline } from './check.ts';
import type { ComputerFacts, DoctorInput, Facts, Opened, Reach, StoredProfile } from './facts.ts';
import { rateLimiter } from './rate-limit.ts';
import { secretsIn, secretsOf } from './redact.ts';

/** How long a person may take to enter the passphrase, in milliseconds. */
const longestAnswer = 60 * 60_000;

/** @param mayAsk whether opening the store may ask for the passphrase */
export function computerFacts(
  { openStore, ...input }: DoctorInput,
  running: ReadonlyMap<string, string>,
  mayAsk: boolean,
): ComputerFacts {
  const { clock, http, env, signal } = input.io;
  const inspection = once(() => inspectStore(input.io));
  const secrets = [...secretsIn(env)];
  // Shorter than a check's deadline, so that a store that hangs is reported only once.
  const storeLimit = mayAsk ? longestAnswer : 0.8 * deadline;
  const reaches = new Map<string, Promise<Reach>>();
  const find = async (origin: string): Promise<Reach> => {
    // Longer than a check's deadline, so that the check itself reports a host that never answers.
    const answer = await http({ method: 'GET', url: `${origin}/`, timeout: 2 * deadline, signal });
    return { ...answer, origin, at: clock.now() };
  };
  return {
    ...input,
    running,
    secrets,
    inspection,
    store: once(async (): Promise<Opened> => {
      // Inspect the store first, because opening it may change it.
      const notInspected = (thrown: unknown) => ({ path: '', failure: asFailure(thrown) });
      const { path, failure } = await inspection().catch(notInspected);
      if (failure !== undefined) return { ok: false, owner: 'store', failure };
      const detail = `it did not open within ${String(storeLimit / 1000)} s`;
      const late: Opened = { ok: false, owner: 'store', failure: fail('store-unreadable', { path, detail }) };
      const opening = await Promise.race([opened(openStore), clock.sleep(storeLimit, signal).then(() => late)]);
      if (opening.ok) secrets.push(...opening.profiles.flatMap(secretsOf));
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

/** Makes the facts of known profiles. Looks up a shared app only once, and respects each app's rate limit. */
export function factsByProfile(computer: ComputerFacts): (profile: Profile, notRefreshed?: Failure) => Facts {
  const { io } = computer;
  const limited = rateLimiter(io.http, io.clock);
  const apps = new Map<string, Facts['app']>();
  const ofComputer = secretsIn(io.env);
  return (profile, notRefreshed) => {
    const { appKey = '', appSecret, region = '' } = profile.app;
    const key = [region, appKey, appSecret?.reveal()].join(' ');
    const secrets = [...ofComputer, ...secretsOf(profile)];
    const own = { ...computer, secrets, io: { ...io, http: limited(appKey) } };
    const facts = profileFacts(own, () => Promise.resolve({ state: 'known', profile }));
    const app = apps.get(key) ?? facts.app;
    apps.set(key, app);
    return { ...facts, app, ...defined({ notRefreshed }) };
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

async function opened(openStore: DoctorInput['openStore']): Promise<Opened> {
  try {
    // Read all profiles, because one damaged profile is a problem of the store.
    const store = await openStore();
    return { ok: true, store, profiles: await store.profiles() };
  } catch (thrown) {
    // Someone who leaves at the passphrase question gets no report.
    if (!isFailure(thrown) || thrown.code === 'interrupted') throw thrown;
    return { ok: false, owner: /^(key|passphrase)/.test(thrown.code) ? 'key' : 'store', failure: thrown };
  }
}
