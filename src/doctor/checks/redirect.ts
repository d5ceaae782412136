import { defaultRegion } from '../../ground/regions.ts';
import { mustSetBack, ottokitRedirectUrl, readRedirectUrl } from '../../connection/redirect-url.ts';
import type { Profile } from '../../store/model/profile.ts';
import { confirmedAppPageUrl } from '../../tiktok/portals.ts';
import { profileCheck } from '../check.ts';
import { failed, notYet, pass, warn, type Finding } from '../finding.ts';

/** Checks the Redirect URL. TikTok Shop compares every character, and its error page doesn't say what is different. */
export const redirect = profileCheck({ id: 'redirect', title: 'Redirect URL', group: 'setup' }, judgeRedirect);

function judgeRedirect(profile: Profile): Finding {
  const { redirectUrl } = profile.app;
  if (redirectUrl === undefined) return notYet('not chosen yet');
  const read = readRedirectUrl(redirectUrl);
  const fix = `Set it to ${ottokitRedirectUrl} ${onAppPage(profile)}, then run \`ottokit-tiktok connect --redirect-url ${ottokitRedirectUrl}\`.`;
  switch (read.kind) {
    case 'near-miss':
    case 'refused':
      return failed(`${redirectUrl} cannot be used: ${read.why}`, fix);
    case 'ottokit':
      return pass(`OttoKit’s: ${redirectUrl}`);
    case 'local':
    case 'public':
      if (mustSetBack(profile)) {
        const detail = `${redirectUrl} was for connecting here; until you change it back, OttoKit’s own authorization goes there too`;
        return warn(detail, fix);
      }
      return pass(`${redirectUrl}, ${read.kind === 'local' ? 'on this computer' : 'a public address'}`);
  }
}

/** Says where to click, because TikTok Shop has no address for the setting itself. */
const onAppPage = ({ app: { region = defaultRegion, serviceId } }: Profile): string =>
  `in Partner Center → App & Service → your app (${confirmedAppPageUrl(region, serviceId)})`;
