import { mustSetBack, ottokitRedirectUrl, readRedirectUrl } from '../../connection/redirect-url.ts';
import { defaultRegion } from '../../ground/regions.ts';
import { confirmedAppPageUrl } from '../../tiktok/portals.ts';
import { failed, notYet, pass, profileCheck, warn } from '../check.ts';

/** Checks the Redirect URL. TikTok Shop compares every character, and its error page doesn't say what is different. */
export const redirect = profileCheck({ id: 'redirect', title: 'Redirect URL', group: 'setup' }, (profile) => {
  const { redirectUrl, region = defaultRegion, serviceId } = profile.app;
  if (redirectUrl === undefined) return notYet('not chosen yet');
  const read = readRedirectUrl(redirectUrl);
  // The setting has no address of its own, so say where to click.
  const where = `in Partner Center → App & Service → your app (${confirmedAppPageUrl(region, serviceId)})`;
  const fix = `Set it to ${ottokitRedirectUrl} ${where}, then run \`ottokit-tiktok connect --redirect-url ${ottokitRedirectUrl}\`.`;
  if ('why' in read) return failed(`${redirectUrl} can’t be used: ${read.why}`, fix);
  if (read.kind === 'ottokit') return pass(`OttoKit’s: ${redirectUrl}`);
  if (!mustSetBack(profile))
    return pass(`${redirectUrl}, ${read.kind === 'local' ? 'on this computer' : 'a public address'}`);
  const detail = `${redirectUrl} was for connecting here; until you change it back, OttoKit’s own authorization goes there too`;
  return warn(detail, fix);
});
