import { isConnected, type Step } from '../store/model/profile.ts';
import { reopen, restarted, storedDraft, type Draft } from './draft.ts';
import { choice, comeBackLater, goBack, menu } from './screen.ts';
import { doneSteps, steps } from './steps.ts';
import { isUnattended, type WizardContext } from './wizard-context.ts';

/**
 * Asks where to continue, unless nothing is done yet, or the next question is about the approval or is the recap of
 * step 5, which offers the same. Returns `null` if the person comes back later.
 */
export async function resume(context: WizardContext, draft: Draft): Promise<Draft | null> {
  const done = doneSteps(draft);
  const next = steps.find((step) => !done.includes(step));
  if (isUnattended(context) || next === undefined) return draft;
  const stored = await context.store.profile(draft.name);
  const connection = stored !== undefined && isConnected(stored) ? storedDraft(stored) : undefined;
  const { waitingForApproval = false } = draft.journal;
  if (connection === undefined && (waitingForApproval || done.length === 0 || next.name === 'authorize')) return draft;
  const message = connection ? 'A new setup was started and isn’t finished.' : 'Continue where you left off?';
  const chosen = await menu<'on' | 'step' | 'restart' | 'keep' | 'later'>(context, 'resume', message, [
    { value: 'on', name: `Continue with step ${String(steps.indexOf(next) + 1)}, ${next.title}`, recommended: true },
    ...(done.length === 0 ? [] : [choice('step', 'Open a finished step again')]),
    choice('restart', 'Go through every step again', 'What you entered is offered; Enter keeps it.'),
    ...(connection ? [choice('keep', 'Keep the connection as it is', 'Drops the new setup.')] : []),
    comeBackLater,
  ]);
  if (chosen === 'later') return null;
  if (chosen === 'restart') return restarted(draft);
  // Storing the connection again drops the setup that was started beside it.
  if (chosen === 'keep' && connection !== undefined) return await context.keep(connection);
  if (chosen !== 'step') return draft;
  const finished = done.map(({ name, title }) => choice(name, title));
  const step = await menu<Step | 'back'>(context, 'reopen', 'Which step?', [...finished, goBack]);
  return step === 'back' ? await resume(context, draft) : reopen(draft, step);
}
