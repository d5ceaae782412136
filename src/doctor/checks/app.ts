import { defaultRegion } from '../../ground/regions.ts';
import { isInconclusive } from '../../tiktok/tokens.ts';
import { failedWith, hostUnreachable, inWords, notYet, pass, profileCheck, warn } from '../check.ts';

/** Whether TikTok Shop knows the App Key. Only `token` confirms the App Secret. */
export const app = profileCheck(
  { id: 'app', title: 'App', group: 'tiktok-shop', needsNetwork: true },
  async ({ app: { region = defaultRegion } }, facts) => {
    const answer = await facts.app();
    if (answer === undefined) return notYet('the App Key, App Secret and Service ID haven’t all been entered yet');
    if (answer.ok) return pass('TikTok Shop knows the App Key; this doesn’t check the App Secret');
    const { failure } = answer;
    if (failure.code === 'network-failed')
      return await hostUnreachable('app', failure, facts.hosts(region).auth, facts);
    if (isInconclusive(failure)) return failedWith(failure);
    // We know what the other failures mean only from isolated reports, so the App Key may still be right.
    return warn(...inWords(failure, 'the App Key could not be confirmed. '));
  },
);
