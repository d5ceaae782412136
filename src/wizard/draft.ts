import type { RefreshContext } from '../connection/fresh-token.ts';
import { defined } from '../ground/defined.ts';
import { Secret } from '../ground/secret.ts';
import { isConnected, type Journal, type Profile, type Step } from '../store/model/profile.ts';
import { shapes, type CredentialName } from '../tiktok/credential-shapes.ts';
import { valueIn, type Usable } from '../tiktok/credentials.ts';

export interface Draft extends Pick<Profile, 'name' | 'app' | 'journal' | 'ottokit'> {
  /** Whether the stored setup stays as it is until this draft is verified. */
  readonly keepsStored: boolean;
  /** Steps that ask again for known values and offer them as defaults. Not stored. */
  readonly reopened: readonly Step[];
  /** The setup in the other region, in case the user changes the region back. Not stored. */
  readonly otherRegion?: Draft;
}

export interface StepResult {
  readonly draft: Draft;
  /** Which step comes next: the `next` one, the one before (`back`) or the `first`. `later`: the user leaves. */
  readonly go: 'next' | 'back' | 'first' | 'later';
}

/** The draft at the start of a run: a pending replacement, else the stored setup, else an empty one. */
export function draftOf(name: string, profile: Profile | undefined): Draft {
  if (profile === undefined) return { name, app: {}, journal: { done: {} }, keepsStored: false, reopened: [] };
  const { pendingReplacement } = profile;
  return pendingReplacement ? { name, ...pendingReplacement, keepsStored: true, reopened: [] } : storedDraft(profile);
}

export function storedDraft(profile: Profile): Draft {
  const { name, app, journal, ottokit } = profile;
  return { name, app, journal, ...defined({ ottokit }), keepsStored: isConnected(profile), reopened: [] };
}

export function restarted(draft: Draft): Draft {
  const { unusualAccepted, pendingScopes } = draft.journal;
  const journal: Journal = { done: {}, ...defined({ unusualAccepted, pendingScopes }) };
  return { ...draft, journal, reopened: ['portal', 'app', 'scopes', 'credentials'] };
}

/** Stores the draft, but only as the pending replacement if it isn't verified and the stored setup must stay. */
export async function save({ io, store }: RefreshContext, draft: Draft): Promise<Draft> {
  const { name, app, journal, ottokit } = draft;
  const now = io.clock.now();
  await store.change(name, (current) => {
    if (current === undefined) {
      // If the profile was removed in the meantime, its tokens are gone.
      const unauthorized = undone(draft, 'authorize', 'verify', 'finish');
      return { name, app, journal: unauthorized.journal, shops: [], createdAt: now, updatedAt: now };
    }
    if ((draft.keepsStored || isConnected(current)) && !isDone(draft, 'verify'))
      return { ...current, pendingReplacement: { app, journal }, updatedAt: now };
    const { pendingReplacement: _, ...rest } = current;
    return { ...rest, app, journal, ...defined({ ottokit }), updatedAt: now };
  });
  return draft;
}

export const isDone = (draft: Pick<Draft, 'journal'>, step: Step): boolean => draft.journal.done[step] !== undefined;

/** Step 5 includes `verify`. Step 6 isn't complete until this setup is the stored one. */
export function isComplete(draft: Draft, step: Step): boolean {
  if (step === 'authorize') return isDone(draft, 'authorize') && isDone(draft, 'verify');
  return step === 'finish' ? draft.ottokit?.connected === true && !draft.keepsStored : isDone(draft, step);
}

export function withDone(draft: Draft, step: Step, now: number): Draft {
  return {
    ...draft,
    journal: { ...draft.journal, done: { ...draft.journal.done, [step]: now } },
    reopened: draft.reopened.filter((one) => one !== step),
  };
}

export async function complete(context: RefreshContext, draft: Draft, step: Step): Promise<StepResult> {
  return { draft: await save(context, withDone(draft, step, context.io.clock.now())), go: 'next' };
}

/** Marks these steps as not done, but keeps their values. */
export function undone(draft: Draft, ...steps: readonly Step[]): Draft {
  const done = Object.fromEntries(Object.entries(draft.journal.done).filter(([step]) => !steps.includes(step as Step)));
  return { ...draft, journal: { ...draft.journal, done } };
}

export const reopen = (draft: Draft, step: Step): Draft => ({
  ...undone(draft, step, ...(step === 'authorize' ? (['verify'] as const) : [])),
  reopened: [...draft.reopened, step],
});

/** A new App Key or Service ID means a different app, but a new App Secret only has to pass the next signed call. */
export const stepsAffectedBy = (name: CredentialName): readonly Step[] =>
  name === 'app-secret' ? ['credentials', 'verify'] : ['credentials', 'authorize', 'verify'];

/** Sets a value and, if it is new, undoes the affected steps. Records an unusual one as accepted, also for `doctor`. */
export function withValue(draft: Draft, name: CredentialName, { verdict, value, authorizationHost }: Usable): Draft {
  const isSame = valueIn(draft.app, name) === value;
  const { authorizationHost: before, ...app } = draft.app;
  const host = authorizationHost ?? (isSame || name !== 'service-id' ? before : undefined);
  const others = (draft.journal.unusualAccepted ?? []).filter((other) => other !== name);
  const journal = { ...draft.journal, unusualAccepted: verdict === 'unusual' ? [...others, name] : others };
  const entered = { [shapes[name].key]: name === 'app-secret' ? new Secret(value) : value };
  return {
    ...undone({ ...draft, journal }, ...(isSame ? [] : stepsAffectedBy(name))),
    app: { ...app, ...defined({ authorizationHost: host }), ...entered },
  };
}
