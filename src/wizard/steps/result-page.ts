import type { Failure } from '../../ground/errors.ts';
import { withProfileFlag } from '../../ground/profile-flag.ts';
import type { PageContent } from '../../listener/pages.ts';
import { isUnattended, type WizardContext } from '../wizard-context.ts';
import type { Turn } from './turn.ts';

/** What the browser shows once it is known what became of the answer. */
export async function resultPage(context: WizardContext, turn: Turn): Promise<PageContent> {
  if (!('failure' in turn)) {
    const profile = await context.store.profile(turn.draft.name);
    return { kind: 'connected', shops: profile?.shops ?? [] };
  }
  if (turn.failure.code === 'authorization-denied') return { kind: 'denied' };
  const page = failurePage(context, turn.failure);
  return isUnattended(context) ? page : { ...page, fix: 'Go back to the terminal: it asks what to do next.' };
}

/** What the browser shows when the failure ends the program. */
export const failurePage = ({ answers }: WizardContext, { message, fix }: Failure) =>
  ({ kind: 'failed', message, fix: withProfileFlag(fix, answers.profile) }) as const;
