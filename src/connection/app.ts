import { fail, type Failure } from '../ground/errors.ts';
import type { Profile } from '../store/model/profile.ts';
import type { Region } from '../ground/regions.ts';
import type { App } from '../tiktok/tokens.ts';

/** The app of a profile if all its values are known; otherwise the failure for an unfinished setup. */
export function appOf(
  profile: Pick<Profile, 'name' | 'app'>,
): { ok: true; app: App; region: Region; serviceId: string } | { ok: false; failure: Failure } {
  const { region, appKey, appSecret, serviceId } = profile.app;
  if (region === undefined || appKey === undefined || appSecret === undefined || serviceId === undefined) {
    return { ok: false, failure: fail('not-connected', { profile: profile.name }) };
  }
  return { ok: true, app: { appKey, appSecret }, region, serviceId };
}
