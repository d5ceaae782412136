import type { Step } from '../store/model/profile.ts';
import { reopen, restarted, storedDraft, type Draft } from './draft.ts';
import { choice, comeBackLater, goBack, menu } from './menu.ts';
import { isComplete, sayDone, steps, type NamedStep } from './steps.ts';
import { isUnattended, type WizardContext } from './wizard-context.ts';

/**
 * The resume screen: what is done, and where to go on. Skipped if nothing is done yet,
 * or if the recap of step 5 is next, which offers the same.
 * @returns null if the person comes back later. `said`: the steps whose summaries they have seen
 */
export async function resume(
  context: WizardContext,
  draft: Draft,
): Promise<{ draft: Draft; said: readonly Step[] } | null> {
  const done = steps.filter(({ name }) => isComplete(draft, name));
  const next = steps.find(({ name }) => !isComplete(draft, name));
  if (isUnattended(context) || next === undefined || draft.journal.waitingForApproval === true)
    return { draft, said: [] };
  for (const step of done) sayDone(context, draft, step);
  const isClear = !draft.beside && (done.length === 0 || next.name === 'authorize');
  const chosen = isClear ? draft : await askWhereToGoOn(context, draft, done, next);
  return chosen === null ? null : { draft: chosen, said: done.map(({ name }) => name) };
}

async function askWhereToGoOn(
  context: WizardContext,
  draft: Draft,
  done: readonly NamedStep[],
  next: NamedStep,
): Promise<Draft | null> {
  const message = draft.beside ? 'A new setup was started and isn’t finished.' : 'Continue where you left off?';
  const chosen = await menu<'on' | 'step' | 'restart' | 'standing' | 'later'>(context, 'resume', message, [
    { value: 'on', name: `Continue with step ${String(steps.indexOf(next) + 1)}, ${next.title}`, recommended: true },
    ...(done.length === 0 ? [] : [{ value: 'step', name: 'Open a finished step again' } as const]),
    { value: 'restart', name: 'Go through every step again', hint: 'What you entered is offered; Enter keeps it.' },
    ...(draft.beside ? [choice('standing', 'Keep the connection as it is', 'Drops the new setup.')] : []),
    comeBackLater,
  ]);
  switch (chosen) {
    case 'on':
      return draft;
    case 'restart':
      return restarted(draft);
    case 'later':
      return null;
    case 'standing': {
      // Keeping what is stored drops what was begun beside it.
      const stored = await context.store.profile(draft.name);
      return stored === undefined ? draft : await context.keep(storedDraft(stored));
    }
    case 'step': {
      const finished = done.map(({ name, title }) => ({ value: name, name: title }));
      const step = await menu<Step | 'back'>(context, 'reopen', 'Which step?', [...finished, goBack]);
      return step === 'back' ? await askWhereToGoOn(context, draft, done, next) : reopen(draft, step);
    }
  }
}
