import type { Failure } from '../../ground/errors.ts';
import { durationInWords } from '../../ground/duration.ts';
import type { Profile, TokenRecord } from '../../store/model/profile.ts';
import { failed, failedWith, inDetail, notYet, pass, warn, type Check, type Finding } from '../check.ts';
import type { Facts } from '../facts.ts';
import { onProfile } from '../on-profile.ts';
import { hostUnreachable } from '../host-unreachable.ts';

/** Whether TikTok Shop takes the stored access token in a signed call, and how long both tokens last. */
export const token: Check = {
  id: 'token',
  title: 'Access token',
  group: 'tiktok-shop',
  needsNetwork: true,
  whenLate:
    'Check the way to TikTok Shop with `ottokit-tiktok doctor network`, then run `ottokit-tiktok doctor token`.',
  run: (facts) => onProfile('token', facts, (profile) => checkToken(facts, profile)),
};

async function checkToken(facts: Facts, { app, tokens }: Profile): Promise<Finding> {
  const verification = await facts.connection();
  if (verification === undefined || tokens === undefined) return notYet('not connected yet');
  const now = facts.io.clock.now();
  // A token without shops is a good token; `shops` says that there are none.
  if (verification.verdict !== 'failed' || verification.failure.code === 'no-shops') return judgeEnds(tokens, now);
  const { failure } = verification;
  switch (failure.code) {
    case 'access-token-expired':
      return expired(failure, tokens, now);
    case 'network-failed':
      return await hostUnreachable('token', failure, facts.hosts(app.region ?? 'row').api, facts);
    default:
      return failedWith(failure);
  }
}

const authorizeAgain = 'Run `ottokit-tiktok connect --restart` to authorize again.';

function expired(failure: Failure, { refreshTokenExpiresAt }: TokenRecord, now: number): Finding {
  if (refreshTokenExpiresAt === null || refreshTokenExpiresAt > now) return failedWith(failure);
  return failed(
    `${inDetail(failure)} It cannot be refreshed: the time for which access was granted is over.`,
    authorizeAgain,
  );
}

const day = 86_400_000;
const soon = 14 * day;

function judgeEnds({ accessTokenExpiresAt, refreshTokenExpiresAt }: TokenRecord, now: number): Finding {
  if (accessTokenExpiresAt !== null && accessTokenExpiresAt <= now) {
    return warn(
      `works, though its noted end was ${durationInWords(now - accessTokenExpiresAt)} ago`,
      'Run `ottokit-tiktok doctor --fix` to refresh it.',
    );
  }
  const access =
    accessTokenExpiresAt === null
      ? 'works; when it expires is not known'
      : `works, valid for ${durationInWords(accessTokenExpiresAt - now)} more`;
  if (refreshTokenExpiresAt === null) return pass(`${access}; the authorization does not end`);
  const left = refreshTokenExpiresAt - now;
  if (left <= 0) return warn(`${access}; the authorization has ended, so it cannot be refreshed`, authorizeAgain);
  const granted = `${access}; the authorization ends in ${durationInWords(left)}`;
  return left > soon ? pass(granted) : warn(granted, authorizeAgain);
}
