import { endsSoon } from '../connection/ends-soon.ts';
import type { Choice } from '../ground/io.ts';
import { compareScopes } from '../scopes/compare.ts';
import type { Profile } from '../store/model/profile.ts';
import type { Draft } from './draft.ts';
import { isComplete } from './walk.ts';

export type Todo = 'nothing' | 'authorize' | 'finish' | 'change' | 'another';

/** What can be done with a connection; one of them is recommended. */
export function todos(draft: Draft, profile: Profile | undefined, now: number): readonly Choice<Todo>[] {
  const { tokens, journal } = profile ?? {};
  const verdicts = compareScopes(tokens?.grantedScopes, journal?.pendingScopes ?? []);
  const off = verdicts.filter(({ state }) => state === 'missing' || state === 'pending').map(({ scope }) => scope.id);
  const isFinished = isComplete(draft, 'finish') && draft.journal.redirectToRestore !== true;
  const shouldRenew = off.length > 0 || endsSoon(tokens?.refreshTokenExpiresAt, now);
  return [
    { value: 'nothing', name: 'Nothing', recommended: isFinished && !shouldRenew },
    {
      value: 'authorize',
      name: 'Authorize again',
      ...(off.length > 0
        ? { hint: `If ${off.join(', ')} ${off.length === 1 ? 'is' : 'are'} on in Manage API now.` }
        : {}),
      recommended: shouldRenew,
    },
    { value: 'finish', name: 'Finish in OttoKit', recommended: !isFinished && !shouldRenew },
    { value: 'change', name: 'Change a value' },
    { value: 'another', name: 'Add another shop' },
  ];
}
