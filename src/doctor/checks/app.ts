import { defaultRegion } from '../../ground/regions.ts';
import type { Profile } from '../../store/model/profile.ts';
import { hostUnreachable, profileCheck } from '../check.ts';
import type { Facts } from '../facts.ts';
import { adviceFor, failedWith, inDetail, notYet, pass, warn, type Finding } from '../finding.ts';

/** Whether TikTok Shop knows the App Key. Only `token` confirms the App Secret. */
export const app = profileCheck({ id: 'app', title: 'App', group: 'tiktok-shop', needsNetwork: true }, judgeApp);

/** These failures mean that TikTok Shop's response says nothing about the app. */
const inconclusive: ReadonlySet<string> = new Set(['answer-unreadable', 'rate-limited', 'vendor-error']);

async function judgeApp({ app: { region = defaultRegion } }: Profile, facts: Facts): Promise<Finding> {
  const answer = await facts.app();
  if (answer === undefined) return notYet('the App Key, App Secret and Service ID haven’t all been entered yet');
  if (answer.ok) return pass('TikTok Shop knows the App Key; this does not check the App Secret');
  const { failure } = answer;
  if (failure.code === 'network-failed') return await hostUnreachable('app', failure, facts.hosts(region).auth, facts);
  if (inconclusive.has(failure.code)) return failedWith(failure);
  // We know what the other failures mean only from isolated reports, so the App Key may still be right.
  return warn(`the App Key could not be confirmed. ${inDetail(failure)}`, adviceFor(failure));
}
