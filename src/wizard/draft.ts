import { defined } from '../ground/defined.ts';
import { isConnected, type Journal, type Profile, type Step } from '../store/model/profile.ts';
import type { Store } from '../store/store.ts';

/** A setup in progress: the app's values and the journal of the steps done. */
export type Draft = Pick<Profile, 'name' | 'app' | 'journal' | 'ottokit'>;

/** The draft that a run of the wizard starts from. A connection that is set up anew stands until it is replaced. */
export function draftOf(name: string, profile: Profile | undefined, restart: boolean): Draft {
  if (profile === undefined) return { name, app: {}, journal: { done: {} } };
  const { app, journal, ottokit } =
    profile.pendingReplacement === undefined ? profile : { ...profile.pendingReplacement, ottokit: undefined };
  return restart ? { name, app, journal: begunAnew(journal) } : { name, app, journal, ...defined({ ottokit }) };
}

/** What was answered stays as what is proposed, and with the values of the app what was said about their shapes. */
const begunAnew = ({ unusualAccepted, pendingScopes }: Journal): Journal => ({
  done: {},
  ...(unusualAccepted === undefined ? {} : { unusualAccepted }),
  ...(pendingScopes === undefined ? {} : { pendingScopes }),
});

/**
 * Writes a draft: beside the connection while one stands that it is to replace, otherwise as the profile's own. A draft
 * that is verified is the connection.
 */
export async function keepDraft(store: Store, now: () => number, draft: Draft): Promise<Draft> {
  const { app, journal, ottokit } = draft;
  await store.change(draft.name, (current) => {
    if (current === undefined) {
      return { name: draft.name, app, journal, shops: [], createdAt: now(), updatedAt: now() };
    }
    if (isConnected(current) && !isDone(draft, 'verify'))
      return { ...current, pendingReplacement: { app, journal }, updatedAt: now() };
    const { pendingReplacement: _, ...rest } = current;
    return { ...rest, app, journal, ...defined({ ottokit }), updatedAt: now() };
  });
  return draft;
}

export function isDone(draft: Pick<Draft, 'journal'>, step: Step): boolean {
  return draft.journal.done[step] !== undefined;
}

/** The draft with one step marked as done now. */
export function withDone(draft: Draft, step: Step, now: number, more: Partial<Journal> = {}): Draft {
  return {
    ...draft,
    journal: { ...draft.journal, ...more, done: { ...draft.journal.done, [step]: now } },
  };
}

/** The draft with these steps to be done again. */
export function reopenSteps(draft: Draft, ...steps: readonly Step[]): Draft {
  const done = Object.fromEntries(Object.entries(draft.journal.done).filter(([step]) => !steps.includes(step as Step)));
  return { ...draft, journal: { ...draft.journal, done } };
}
