import { isConnected, type Step } from '../store/model/profile.ts';
import { reopen, restarted, storedDraft, type Draft } from './draft.ts';
import { choice, comeBackLater, goBack, menu } from './menu.ts';
import { isComplete, sayDone, steps, type NamedStep } from './steps.ts';
import { isUnattended, type WizardContext } from './wizard-context.ts';

/**
 * The resume screen: what is done, and where to continue. Skipped if nothing is done yet, and if the next question is
 * about the approval or is the recap of step 5, which offers the same.
 * @returns null if the person comes back later. `said`: the steps whose summaries they have seen
 */
export async function resume(
  context: WizardContext,
  draft: Draft,
): Promise<{ draft: Draft; said: readonly Step[] } | null> {
  const done = steps.filter(({ name }) => isComplete(draft, name));
  const next = steps.find(({ name }) => !isComplete(draft, name));
  if (isUnattended(context) || next === undefined) return { draft, said: [] };
  const stored = await context.store.profile(draft.name);
  const connection = stored !== undefined && isConnected(stored) ? storedDraft(stored) : undefined;
  const { waitingForApproval = false } = draft.journal;
  const isClear = connection === undefined && (waitingForApproval || done.length === 0 || next.name === 'authorize');
  for (const step of done) sayDone(context, draft, step);
  const chosen = isClear ? draft : await askWhereToGoOn(context, draft, done, connection);
  return chosen === null ? null : { draft: chosen, said: done.map(({ name }) => name) };
}

/** `connection`: the one that the draft would replace. */
async function askWhereToGoOn(
  context: WizardContext,
  draft: Draft,
  done: readonly NamedStep[],
  connection: Draft | undefined,
): Promise<Draft | null> {
  const next = steps.findIndex((step) => !done.includes(step));
  const message = connection ? 'A new setup was started and isn’t finished.' : 'Continue where you left off?';
  const chosen = await menu<'on' | 'step' | 'restart' | 'standing' | 'later'>(context, 'resume', message, [
    { value: 'on', name: `Continue with step ${String(next + 1)}, ${steps[next]?.title ?? ''}`, recommended: true },
    ...(done.length === 0 ? [] : [{ value: 'step', name: 'Open a finished step again' } as const]),
    { value: 'restart', name: 'Go through every step again', hint: 'What you entered is offered; Enter keeps it.' },
    ...(connection ? [choice('standing', 'Keep the connection as it is', 'Drops the new setup.')] : []),
    comeBackLater,
  ]);
  switch (chosen) {
    case 'on':
      return draft;
    case 'restart':
      return restarted(draft);
    case 'later':
      return null;
    case 'standing':
      // Keeping what is stored drops what was begun beside it.
      return connection === undefined ? draft : await context.keep(connection);
    case 'step': {
      const finished = done.map(({ name, title }) => ({ value: name, name: title }));
      const step = await menu<Step | 'back'>(context, 'reopen', 'Which step?', [...finished, goBack]);
      return step === 'back' ? await askWhereToGoOn(context, draft, done, connection) : reopen(draft, step);
    }
  }
}
