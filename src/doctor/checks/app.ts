import type { Profile } from '../../store/model/profile.ts';
import { failedWith, inDetail, notYet, pass, warn, type Check, type Finding } from '../check.ts';
import type { Facts } from '../facts.ts';
import { onProfile } from '../on-profile.ts';
import { hostUnreachable } from '../host-unreachable.ts';

/** Whether TikTok Shop knows the App Key. The App Secret is confirmed by `token` alone. */
export const app: Check = {
  id: 'app',
  title: 'App',
  group: 'tiktok-shop',
  needsNetwork: true,
  whenLate: 'Check the way to TikTok Shop with `ottokit-tiktok doctor network`, then run `ottokit-tiktok doctor app`.',
  run: (facts) => onProfile('app', facts, (profile) => checkApp(facts, profile)),
};

/** What says nothing about the app: TikTok Shop did not answer, or not now. */
const silences: ReadonlySet<string> = new Set(['answer-unreadable', 'rate-limited', 'vendor-error']);

async function checkApp(facts: Facts, { app: { region = 'row' } }: Profile): Promise<Finding> {
  const answer = await facts.app();
  if (answer === undefined) return notYet('App Key, App Secret and Service ID are not all entered yet');
  if (answer.ok) return pass('App Key recognised by TikTok Shop; the App Secret is not checked by this');
  const { failure } = answer;
  if (failure.code === 'network-failed') return await hostUnreachable('app', failure, facts.hosts(region).auth, facts);
  if (silences.has(failure.code)) return failedWith(failure);
  // Seen in single reports only: it must not be called wrong for certain.
  return warn(`the App Key could not be confirmed. ${inDetail(failure)}`, failure.fix);
}
