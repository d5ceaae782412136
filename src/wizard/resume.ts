import type { Step } from '../store/model/profile.ts';
import { comeBackLater, goBack } from './choices.ts';
import { reopen, restarted, standingDraft, type Draft } from './draft.ts';
import { isComplete, sayDone, steps, type NamedStep } from './walk.ts';
import { personAt, type WizardContext } from './wizard-context.ts';

/** `standing`: the connection as it is, the setup beside it dropped. */
export type Resumed =
  | { readonly kind: 'walk' | 'standing'; readonly draft: Draft; readonly said: ReadonlySet<Step> }
  | { readonly kind: 'left' };

/**
 * The resume screen: what is done, and where to go on. It is skipped where there is nothing to choose: nothing is done, or
 * the recap of step 5 is next, which offers the same.
 */
export async function resume(context: WizardContext, draft: Draft): Promise<Resumed> {
  const done = steps.filter(({ name }) => isComplete(draft, name));
  const next = steps.find(({ name }) => !isComplete(draft, name));
  const ask = personAt(context);
  if (ask === null || next === undefined || draft.journal.waitingForApproval === true)
    return { kind: 'walk', draft, said: new Set() };
  for (const step of done) sayDone(context, draft, step);
  const said = new Set(done.map(({ name }) => name));
  if (!draft.beside && (done.length === 0 || next.name === 'authorize')) return { kind: 'walk', draft, said };
  const choice = await ask.select({
    id: 'resume',
    message: draft.beside ? 'A new setup was started and isn’t finished.' : 'Continue where you left off?',
    choices: [
      { value: 'on', name: `Continue with step ${String(steps.indexOf(next) + 1)}, ${next.title}`, recommended: true },
      ...(done.length === 0 ? [] : [{ value: 'step', name: 'Open a finished step again' } as const]),
      { value: 'restart', name: 'Go through every step again', hint: 'What you entered is offered; Enter keeps it.' },
      ...(draft.beside
        ? [{ value: 'standing', name: 'Keep the connection as it is', hint: 'Drops the new setup.' } as const]
        : []),
      comeBackLater,
    ],
    signal: context.io.signal,
  });
  switch (choice) {
    case 'on':
      return { kind: 'walk', draft, said };
    case 'restart':
      return { kind: 'walk', draft: restarted(draft), said: new Set() };
    case 'later':
      return { kind: 'left' };
    case 'standing':
      return { kind: 'standing', draft: await dropReplacement(context, draft), said };
    case 'step':
      return await reopenOne(context, draft, done);
  }
}

async function reopenOne(context: WizardContext, draft: Draft, done: readonly NamedStep[]): Promise<Resumed> {
  const choice = await personAt(context)?.select<Step | 'back'>({
    id: 'reopen',
    message: 'Which step?',
    choices: [...done.map(({ name, title }) => ({ value: name, name: title })), goBack],
    signal: context.io.signal,
  });
  if (choice === undefined || choice === 'back') return await resume(context, draft);
  const said = new Set(done.map(({ name }) => name).filter((name) => name !== choice));
  return { kind: 'walk', draft: reopen(draft, choice), said };
}

/** Drops the setup that was begun beside what is stored. */
async function dropReplacement({ store, io }: WizardContext, draft: Draft): Promise<Draft> {
  const stored = await store.change(draft.name, (current) => {
    if (current === undefined) return undefined;
    const { pendingReplacement: _, ...rest } = current;
    return { ...rest, updatedAt: io.clock.now() };
  });
  return stored === undefined ? draft : standingDraft(stored);
}
