import { defaultRegion } from '../../ground/regions.ts';
import { durationInWords } from '../../ground/words.ts';
import { noAnswerFailure } from '../../tiktok/failures.ts';
import { blockedBy, failed, pass, skip, type Check } from '../check.ts';

/** This program was written after this date, so a clock that shows an earlier one is wrong. */
export const earliestPossibleNow = Date.parse('2026-11-01');
const latestPlausible = Date.parse('2046-11-01');

/**
 * Compares this computer's clock with the `Date` header of TikTok Shop's API (RFC 9110 section 6.6.1). TikTok Shop
 * accepts timestamps that are up to 5 minutes behind or 30 seconds ahead (Partner Center docs, "Common errors").
 */
export const clock: Check = {
  id: 'clock',
  title: 'Clock',
  group: 'computer',
  needsNetwork: true,
  whenLate: 'Fix the network first; the clock is compared with TikTok Shop’s.',
  async run(facts) {
    const { api } = facts.hosts(defaultRegion);
    const reach = await facts.reach(api);
    if (!reach.answered) return blockedBy('clock', ['network'], noAnswerFailure(reach, new URL(api).host), facts);
    const theirs = Date.parse(reach.headers['date'] ?? '');
    if (Number.isNaN(theirs)) return skip('unknown: TikTok Shop’s answer has no time to compare with');
    if (theirs < earliestPossibleNow || theirs > latestPlausible)
      return skip(`unknown: the time in TikTok Shop’s answer makes no sense (${new Date(theirs).toISOString()})`);
    // In seconds. The header drops the fraction of a second, which is half a second on average.
    const ahead = Math.round((reach.at - theirs - 500) / 1000);
    const drift = `${durationInWords(Math.abs(ahead) * 1_000)} ${ahead < 0 ? 'behind' : 'ahead of'} TikTok Shop’s`;
    if (ahead <= 30 && ahead >= -5 * 60) return pass(Math.abs(ahead) <= 1 ? 'agrees with TikTok Shop’s' : drift);
    return failed(
      `${drift}, which is too far: TikTok Shop allows 5 minutes behind to 30 seconds ahead`,
      'Turn on automatic time in the system settings.',
    );
  },
};
