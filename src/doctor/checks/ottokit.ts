import type { Profile } from '../../store/model/profile.ts';
import type { Check } from '../check.ts';
import { failed, notYet, pass, skip, type Finding } from '../finding.ts';
import { onProfile } from '../on-profile.ts';

/**
 * Whether OttoKit said "connected". No public way to ask OttoKit is known, so this is what the person answered; never
 * having answered is neither yes nor no.
 */
export const ottokit: Check = {
  id: 'ottokit',
  title: 'OttoKit',
  group: 'ottokit',
  needsNetwork: false,
  whenLate: 'Check that the disk answers, then try again.',
  run: (facts) => onProfile('ottokit', facts, (profile) => judgeOttokit(profile, facts.io.clock.now())),
};

const finish = 'Finish in OttoKit with `ottokit-tiktok connect`.';

function judgeOttokit({ tokens, ottokit: answer }: Profile, now: number): Finding {
  if (tokens === undefined) return notYet('not connected yet');
  if (answer === undefined) return skip('unknown: nobody has said yet whether OttoKit connected', finish);
  const when = dateInWords(answer.confirmedAt, now);
  if (!answer.connected) return failed(`not connected, as you said ${when}`, finish);
  return pass(`connected, as you said ${when}`);
}

/** A date in the future comes from a clock that was wrong. */
const dateInWords = (at: number, now: number): string =>
  at > 0 && at <= now ? `on ${new Date(at).toISOString().slice(0, 10)}` : 'at an unknown time';
