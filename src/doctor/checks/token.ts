import { endsSoon } from '../../connection/authorization.ts';
import { defaultRegion } from '../../ground/regions.ts';
import { durationInWords } from '../../ground/words.ts';
import { isConnected, type TokenRecord } from '../../store/model/profile.ts';
import { failed, failedWith, hostUnreachable, inDetail, inWords, notYet, pass, profileCheck, warn } from '../check.ts';
import type { Facts } from '../facts.ts';

/** Whether TikTok Shop accepts the stored access token in a signed call, and how long both tokens last. */
export const token = profileCheck(
  { id: 'token', title: 'Access token', group: 'tiktok-shop', needsNetwork: true },
  async (profile, facts) => {
    const { app, tokens } = profile;
    const { hosts, notRefreshed } = facts;
    const verification = await facts.connection();
    if (verification === undefined || tokens === undefined) return notYet('not connected yet');
    // A token without shops is valid; `shops` reports that there are none.
    if (verification.verdict !== 'failed' || verification.failure.code === 'no-shops') {
      // A refusal for a missing scope suggests that the token was accepted, but TikTok Shop doesn't document that.
      const works = verification.verdict === 'unlisted' ? 'seems to work' : 'works';
      if (notRefreshed === undefined) return judgeEnds(tokens, facts, works);
      return warn(...inWords(notRefreshed, `${works}, but couldn’t be refreshed. `));
    }
    const { failure } = verification;
    if (failure.code === 'network-failed')
      return await hostUnreachable('token', failure, hosts(app.region ?? defaultRegion).api, facts);
    if (failure.code !== 'access-token-expired') return failedWith(notRefreshed ?? failure);
    if (isConnected(profile)) return expired(facts, inDetail(failure), tokens);
    return failed(inDetail(failure), 'Continue with `ottokit-tiktok connect`, which gets a new one.');
  },
);

const reauthorize = 'Run `ottokit-tiktok connect --reauthorize` to authorize again.';
const refresh = 'Run `ottokit-tiktok doctor --fix` to refresh it.';

function expired({ fixed, notRefreshed, io }: Facts, detail: string, { refreshTokenExpiresAt }: TokenRecord) {
  if (refreshTokenExpiresAt !== null && refreshTokenExpiresAt <= io.clock.now())
    return failed(`${detail} It can’t be refreshed, because the seller’s authorization has ended.`, reauthorize);
  if (notRefreshed !== undefined) return failed(...inWords(notRefreshed, `${detail} It couldn’t be refreshed. `));
  return failed(detail, fixed ? reauthorize : refresh);
}

/** An access token lasts 7 days. If it seems to last over a year, we misread a number. */
const maxValidityMs = 366 * 86_400_000;

function judgeEnds({ accessTokenExpiresAt, refreshTokenExpiresAt }: TokenRecord, { fixed, io }: Facts, works: string) {
  const now = io.clock.now();
  const access = validity(accessTokenExpiresAt, now, works);
  // If --fix has just refreshed it, refreshing it again wouldn't help.
  if (accessTokenExpiresAt !== null && accessTokenExpiresAt <= now && !fixed) return warn(access, refresh);
  if (refreshTokenExpiresAt === null) return pass(`${access}; the authorization has no known end`);
  const left = refreshTokenExpiresAt - now;
  if (left <= 0) return warn(`${access}; the authorization has ended, so it can’t be refreshed`, reauthorize);
  const granted = `${access}; the authorization ends in ${durationInWords(left)}`;
  return endsSoon(refreshTokenExpiresAt, now) ? warn(granted, reauthorize) : pass(granted);
}

function validity(expiresAt: number | null, now: number, works: string): string {
  const left = expiresAt === null ? Infinity : expiresAt - now;
  if (left > maxValidityMs) return `${works}; its expiry is unknown`;
  if (left > 0) return `${works} and expires in ${durationInWords(left)}`;
  return `${works}, though it should have expired ${durationInWords(-left)} ago`;
}
