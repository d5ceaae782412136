import { ottokitRedirectUrl, readRedirectUrl } from '../../connection/redirect-url.ts';
import type { Profile } from '../../store/model/profile.ts';
import { appListUrl, appPageUrl } from '../../tiktok/portals.ts';
import { failed, notYet, pass, warn, type Check, type Finding } from '../check.ts';
import { onProfile } from '../on-profile.ts';

/** TikTok Shop and OttoKit compare the Redirect URL to the letter, and the page they fail with does not say why. */
export const redirect: Check = {
  id: 'redirect',
  title: 'Redirect URL',
  group: 'setup',
  needsNetwork: false,
  whenLate: 'Run `ottokit-tiktok doctor redirect` again.',
  run: (facts) => onProfile('redirect', facts, judgeRedirect),
};

function judgeRedirect(profile: Profile): Finding {
  const { redirectUrl } = profile.app;
  if (redirectUrl === undefined) return notYet('not chosen yet');
  const read = readRedirectUrl(redirectUrl);
  switch (read.kind) {
    case 'near-miss':
      return failed(
        `${redirectUrl} is not OttoKit's to the letter: ${read.difference}`,
        `Set it to ${ottokitRedirectUrl} ${onAppPage(profile)}, then run \`ottokit-tiktok connect --restart --redirect-url ${ottokitRedirectUrl}\`.`,
      );
    case 'refused':
      return failed(
        `${redirectUrl} cannot be used: ${read.why}`,
        `Set it to ${ottokitRedirectUrl} ${onAppPage(profile)}, then run \`ottokit-tiktok connect --restart --redirect-url ${ottokitRedirectUrl}\`.`,
      );
    case 'ottokit':
      return pass(`OttoKit's, to the letter: ${redirectUrl}`);
    case 'local':
    case 'public':
      if (profile.journal.redirectToRestore === true) {
        return warn(
          `${redirectUrl} was for connecting here; OttoKit's own authorization ends there too until it is set back`,
          `Set it back to ${ottokitRedirectUrl}, to the letter, ${onAppPage(profile)}. Whether it is done cannot be seen from here: then say so with \`ottokit-tiktok connect --redirect-url ${ottokitRedirectUrl}\`.`,
        );
      }
      return pass(`${redirectUrl}, ${read.kind === 'local' ? 'on this computer' : 'a public address'}`);
  }
}

/** As a place to click: TikTok Shop has no address of its own for the setting. */
function onAppPage({ app }: Profile): string {
  const region = app.region ?? 'row';
  const page = app.serviceId === undefined ? appListUrl(region) : appPageUrl(region, app.serviceId);
  return `in Partner Center → App & Service → your app (${page})`;
}
