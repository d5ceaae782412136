import { endsSoon } from '../../connection/ends-soon.ts';
import { defaultRegion } from '../../ground/regions.ts';
import { durationInWords } from '../../ground/duration.ts';
import type { Profile, TokenRecord } from '../../store/model/profile.ts';
import type { Check } from '../check.ts';
import type { Facts } from '../facts.ts';
import { adviceFor, failed, failedWith, inDetail, notYet, pass, warn, type Finding } from '../finding.ts';
import { hostUnreachable, onProfile } from '../on-profile.ts';

/** Whether TikTok Shop accepts the stored access token in a signed call, and how long both tokens last. */
export const token: Check = {
  id: 'token',
  title: 'Access token',
  group: 'tiktok-shop',
  needsNetwork: true,
  whenLate: 'Check that no firewall or proxy holds up connections to TikTok Shop, then try again in a minute.',
  run: (facts) => onProfile('token', facts, (profile) => checkToken(facts, profile)),
};

async function checkToken(facts: Facts, { app, tokens }: Profile): Promise<Finding> {
  const verification = await facts.connection();
  if (verification === undefined || tokens === undefined) return notYet('not connected yet');
  const now = facts.io.clock.now();
  // A token without shops is a good token; `shops` reports that there are none.
  if (verification.verdict !== 'failed' || verification.failure.code === 'no-shops') {
    const { notRefreshed } = facts;
    if (notRefreshed === undefined) return judgeEnds(tokens, now);
    return warn(`works, but could not be refreshed. ${inDetail(notRefreshed)}`, adviceFor(notRefreshed));
  }
  const { failure } = verification;
  switch (failure.code) {
    case 'access-token-expired':
      return expired(facts, inDetail(failure), tokens, now);
    case 'network-failed':
      return await hostUnreachable('token', failure, facts.hosts(app.region ?? defaultRegion).api, facts);
    default:
      return failedWith(failure);
  }
}

const reauthorize = 'Run `ottokit-tiktok connect --reauthorize` to authorize again.';
const refresh = 'Run `ottokit-tiktok doctor --fix` to refresh it.';

function expired(
  { fixed, notRefreshed }: Facts,
  detail: string,
  { refreshTokenExpiresAt }: TokenRecord,
  now: number,
): Finding {
  if (refreshTokenExpiresAt !== null && refreshTokenExpiresAt <= now)
    return failed(`${detail} It cannot be refreshed, because the seller's authorization has ended.`, reauthorize);
  if (notRefreshed !== undefined)
    return failed(`${detail} It could not be refreshed. ${inDetail(notRefreshed)}`, adviceFor(notRefreshed));
  return failed(detail, fixed ? reauthorize : refresh);
}

/** An access token lasts 7 days. A longer validity comes from a number that was misread. */
const longest = 366 * 86_400_000;

function judgeEnds({ accessTokenExpiresAt, refreshTokenExpiresAt }: TokenRecord, now: number): Finding {
  const access = validity(accessTokenExpiresAt, now);
  if (accessTokenExpiresAt !== null && accessTokenExpiresAt <= now) return warn(access, refresh);
  if (refreshTokenExpiresAt === null) return pass(`${access}; the authorization has no known end`);
  const left = refreshTokenExpiresAt - now;
  if (left <= 0) return warn(`${access}; the authorization has ended, so it cannot be refreshed`, reauthorize);
  const granted = `${access}; the authorization ends in ${durationInWords(left)}`;
  return endsSoon(refreshTokenExpiresAt, now) ? warn(granted, reauthorize) : pass(granted);
}

function validity(expiresAt: number | null, now: number): string {
  const left = expiresAt === null ? Infinity : expiresAt - now;
  if (left > longest) return 'works; when it expires is unknown';
  if (left > 0) return `works, valid for ${durationInWords(left)} more`;
  return `works, though it should have expired ${durationInWords(-left)} ago`;
}
