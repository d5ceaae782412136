import { fail } from '../ground/errors.ts';
import type { Region } from '../ground/regions.ts';
import type { Profile } from '../store/model/profile.ts';
import type { Net } from '../tiktok/call.ts';
import type { Hosts } from '../tiktok/portals.ts';

export interface CallContext {
  readonly io: Net;
  readonly hosts: (region: Region) => Hosts;
}

/** Returns `undefined` if one of the app's values is missing. */
export function appOf({ app }: Pick<Profile, 'app'>) {
  const { region, appKey, appSecret, serviceId } = app;
  const isKnown = region !== undefined && appKey !== undefined && appSecret !== undefined && serviceId !== undefined;
  return isKnown ? { app: { appKey, appSecret }, region, serviceId } : undefined;
}

/** @throws Failure not-connected if one of the app's values is missing */
export function requireApp(profile: Pick<Profile, 'name' | 'app'>) {
  const known = appOf(profile);
  if (known === undefined) throw fail('not-connected', { profile: profile.name });
  return known;
}
