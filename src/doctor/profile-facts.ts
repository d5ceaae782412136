import { appOf } from '../connection/app.ts';
import { verifyConnection } from '../connection/verify.ts';
import { fail } from '../ground/errors.ts';
import { once } from '../ground/once.ts';
import { asFailure } from '../ground/system-error.ts';
import type { Profile } from '../store/model/profile.ts';
import { probeApp } from '../tiktok/tokens.ts';
import type { ComputerFacts, Facts, StoredProfile } from './facts.ts';
import { rateLimiter } from './rate-limit.ts';
import { secretsIn, secretsOf } from './redact.ts';

export function profileFacts(computer: ComputerFacts, find: () => Promise<StoredProfile>): Facts {
  const { io, hosts } = computer;
  const profile = once(find);
  const complete = async () => {
    const { profile: stored } = await profile();
    const known = stored && appOf(stored);
    return known && { ...known, profile: stored };
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

/** Returns a function that makes a profile's facts. Looks up a shared app only once. Respects each app's rate limit. */
export function factsByProfile(computer: ComputerFacts): (profile: Profile) => Facts {
  const { io } = computer;
  const limited = rateLimiter(io.http, io.clock);
  const apps = new Map<string, Facts['app']>();
  const ofComputer = secretsIn(io.env);
  return (profile) => {
    const { appKey = '', appSecret, region = '' } = profile.app;
    const key = [region, appKey, appSecret?.reveal()].join(' ');
    const secrets = [...ofComputer, ...secretsOf(profile)];
    const limitedComputer = { ...computer, secrets, io: { ...io, http: limited(appKey) } };
    const facts = profileFacts(limitedComputer, () => Promise.resolve({ state: 'known', profile }));
    const app = apps.get(key) ?? facts.app;
    apps.set(key, app);
    return { ...facts, app };
  };
}

/** Finds the stored profile with this name. */
export async function findProfile({ store }: Pick<ComputerFacts, 'store'>, name: string): Promise<StoredProfile> {
  const opening = await store();
  if (!opening.ok) return { ...opening, state: 'unknown' };
  const { profiles, store: open } = opening;
  const profile = profiles.find((candidate) => candidate.name === name);
  if (profile !== undefined) return { state: 'known', profile };
  const unreadable = await open.profile(name).then(() => undefined, asFailure);
  if (unreadable !== undefined) return { state: 'unknown', owner: 'credentials', failure: unreadable };
  if (profiles.length === 0) return { state: 'none' };
  const known = profiles.map((other) => other.name);
  return { state: 'unknown', owner: 'credentials', failure: fail('profile-unknown', { profile: name, known }) };
}
