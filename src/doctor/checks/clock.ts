import { durationInWords } from '../../ground/duration.ts';
import { silenceFailure } from '../../tiktok/failures.ts';
import { blockedBy, failed, pass, skip, type Check, type Finding } from '../check.ts';
import type { Facts } from '../facts.ts';

/**
 * This computer's clock against the `Date` of TikTok Shop's API (RFC 9110 section 6.6.1). Its calls carry the time, and
 * it takes them from 5 minutes behind to 30 seconds ahead (TikTok Shop Partner Center docs, "Common errors").
 */
export const clock: Check = {
  id: 'clock',
  title: 'Clock',
  group: 'computer',
  needsNetwork: true,
  whenLate: 'Mend the network first (`ottokit-tiktok doctor network`); then the clock can be compared.',
  run: checkClock,
};

const mostBehind = 5 * 60;
const mostAhead = 30;

async function checkClock(facts: Facts): Promise<Finding> {
  const { api } = facts.hosts('row');
  const reach = await facts.reach(api);
  if (!reach.ok) {
    const failure = silenceFailure({ answered: false, sent: false, ...reach }, new URL(api).host);
    return blockedBy('clock', ['network'], failure, facts);
  }
  const theirs = Date.parse(reach.date ?? '');
  if (Number.isNaN(theirs)) return skip('TikTok Shop did not tell its time');
  // The header is cut to whole seconds: half of one is the best guess.
  return judgeClock(Math.round((reach.at - theirs - 500) / 1000));
}

/** @param ahead seconds; negative when behind */
function judgeClock(ahead: number): Finding {
  const drift = `${durationInWords(Math.abs(ahead) * 1_000)} ${ahead < 0 ? 'behind' : 'ahead of'} TikTok Shop's`;
  if (ahead > mostAhead || ahead < -mostBehind) {
    return failed(
      `${drift}; it allows 5 minutes behind to 30 seconds ahead`,
      'Set the clock to automatic time in the system settings, then run `ottokit-tiktok doctor clock`.',
    );
  }
  return pass(Math.abs(ahead) <= 1 ? "agrees with TikTok Shop's" : drift);
}
