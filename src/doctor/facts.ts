import { appOf } from '../connection/app.ts';
import { verifyConnection, type Verification } from '../connection/verify.ts';
import { asFailure, fail, type Failure } from '../ground/errors.ts';
import type { HttpAnswer, Io } from '../ground/io.ts';
import { once } from '../ground/once.ts';
import type { Region } from '../ground/regions.ts';
import type { Profile } from '../store/model/profile.ts';
import type { Store, StoreInspection } from '../store/store.ts';
import type { Answer } from '../tiktok/answer.ts';
import type { Hosts } from '../tiktok/portals.ts';
import { probeApp } from '../tiktok/tokens.ts';
import { rateLimiter } from './rate-limit.ts';
import { secretsIn, secretsOf } from './redact.ts';

/** A problem, and the id of the check that reports it. */
interface Problem {
  readonly failure: Failure;
  readonly owner: string;
}

/** The store with what doctor read in it. `profiles`: by name, without the unreadable ones. */
export type OpenedStore =
  | {
      readonly ok: true;
      readonly store: Store;
      readonly names: readonly string[];
      readonly profiles: ReadonlyMap<string, Profile>;
    }
  | ({ readonly ok: false } & Problem);

/** Empty if nothing is set up. */
interface FoundProfile {
  readonly profile?: Profile;
  /** Why the profile can't be read: it is damaged, it doesn't exist, or the store doesn't open. */
  readonly problem?: Problem;
}

export type Reach = HttpAnswer & { readonly origin: string; readonly at: number };

/** The facts about this computer that several checks need. Each is looked up once, when the first check asks. */
export interface ComputerFacts {
  readonly io: Pick<Io, 'http' | 'clock' | 'env' | 'host' | 'configDirectory' | 'dataDirectory' | 'signal'>;
  readonly version: string;
  readonly hosts: (region: Region) => Hosts;
  readonly offline: boolean;
  /** Whether `--fix` was given. If so, checks must not recommend it. */
  readonly fixed: boolean;
  /** The titles of the checks that run, by id. */
  readonly running: ReadonlyMap<string, string>;
  /** Secrets to remove from findings. Opening the store adds the secrets in it. */
  readonly secrets: readonly string[];
  readonly inspection: () => Promise<StoreInspection>;
  readonly store: () => Promise<OpenedStore>;
  /** Tries to reach a host. `at` is when the attempt ended, in milliseconds since 1970. */
  readonly reach: (origin: string) => Promise<Reach>;
}

/** Adds the facts about one profile. A fact is `undefined` if the profile, or a value that it needs, is missing. */
export interface Facts extends ComputerFacts {
  readonly profile: () => Promise<FoundProfile>;
  readonly app: () => Promise<Answer<'recognized'> | undefined>;
  readonly connection: () => Promise<Verification | undefined>;
  readonly refreshed?: boolean;
  /** Why `--fix` could not refresh the access token. */
  readonly notRefreshed?: Failure;
}

export function profileFacts(computer: ComputerFacts, find: () => FoundProfile | Promise<FoundProfile>): Facts {
  const { io, hosts } = computer;
  const profile = once(async () => await find());
  return {
    ...computer,
    profile,
    app: once(async () => {
      const { profile: stored } = await profile();
      const known = stored && appOf(stored);
      return known && (await probeApp(io, hosts(known.region), known.app));
    }),
    connection: once(async () => {
      const { profile: stored } = await profile();
      return stored?.tokens && appOf(stored) && (await verifyConnection(computer, stored));
    }),
  };
}

/** Returns a function that makes a profile's facts. Looks up a shared app only once. Respects each app's rate limit. */
export function factsByName(computer: ComputerFacts): (name: string) => Promise<Facts> {
  const { io } = computer;
  const httpFor = rateLimiter(io.http, io.clock);
  const apps = new Map<string, Facts['app']>();
  const environmentSecrets = secretsIn(io.env);
  return async (name) => {
    const found = await findProfile(computer, name);
    const { profile } = found;
    if (profile === undefined) return profileFacts(computer, () => found);
    const { appKey = '', appSecret, region = '' } = profile.app;
    const key = [region, appKey, appSecret?.reveal()].join(' ');
    const secrets = [...environmentSecrets, ...secretsOf(profile)];
    const facts = profileFacts({ ...computer, secrets, io: { ...io, http: httpFor(appKey) } }, () => found);
    const app = apps.get(key) ?? facts.app;
    apps.set(key, app);
    return { ...facts, app };
  };
}

export async function findProfile({ store }: ComputerFacts, name: string): Promise<FoundProfile> {
  const opening = await store();
  if (!opening.ok) return { problem: opening };
  const profile = opening.profiles.get(name);
  if (profile !== undefined) return { profile };
  const unreadable = await opening.store.profile(name).then(() => undefined, asFailure);
  const known = [...opening.profiles.keys()];
  if (unreadable === undefined && known.length === 0) return {};
  const failure = unreadable ?? fail('profile-unknown', { profile: name, known });
  return { problem: { owner: 'credentials', failure } };
}
