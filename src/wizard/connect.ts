import { fail } from '../ground/errors.ts';
import { sayNamed, withProfileFlag } from '../ground/profile-flag.ts';
import type { Profile } from '../store/model/profile.ts';
import { visitConnection } from './connected.ts';
import { draftOf, isDone, keepDraft, restarted, storedDraft, undone, type Draft } from './draft.ts';
import { applyFlags, missingAnswers } from './flags.ts';
import { resume } from './resume.ts';
import { walk } from './steps.ts';
import { isUnattended, type WizardContext } from './wizard-context.ts';

/** `already`: it was connected before this run. `saved`: left, to be continued by the next run. */
export type Outcome =
  | { outcome: 'connected'; profile: Profile; already: boolean }
  | { outcome: 'waiting for approval' | 'saved'; profile: Profile };

/**
 * The wizard: from nothing to a stored, verified authorization, and OttoKit's own steps. It continues where an earlier
 * run stopped, and visits a connection that exists.
 * @throws Failure, with everything entered so far kept
 */
export async function connect(given: Omit<WizardContext, 'keep'>): Promise<Outcome> {
  const { profile } = given.answers;
  const say = sayNamed(given.io.say, (text) => withProfileFlag(text, profile));
  const io = { ...given.io, ask: given.io.ask, say };
  const context: WizardContext = { ...given, io, keep: (draft) => keepDraft(given.store, io.clock.now, draft) };
  const { answers, store } = context;
  const stored = await store.profile(answers.profile);
  if (stored === undefined && io.ask !== null) await begin(context);
  const begun = startOf(context, stored);
  const start = await applyFlags(context, begun);
  if (isExisting(start)) return await visit(context, start);

  const missing = missingAnswers(answers, start);
  if (io.ask === null && missing !== undefined) throw missing;
  const isChosen = answers.restart || answers.reauthorize || stored === undefined || start !== begun;
  const resumed = isChosen ? { draft: start, said: [] } : await resume(context, start);
  if (resumed === null) return { outcome: 'saved', profile: await storedProfile(context) };
  if (isExisting(resumed.draft)) return await visit(context, resumed.draft);
  return await outcomeOf(context, await walk(context, resumed.draft, resumed.said), false);
}

/** Introduces the wizard, and then creates the profile, for which a new store may ask for a passphrase. */
async function begin(context: WizardContext): Promise<void> {
  if (!isUnattended(context)) introduce(context);
  await context.keep(draftOf(context.answers.profile, undefined));
}

/** The first screen of a first run: what this does, how long it takes, what to have ready (OttoKit's guide). */
function introduce({ io: { say }, isDemo }: WizardContext): void {
  say.line(
    'This connects your TikTok Shop to OttoKit. It takes about 10 minutes, or up to three days if TikTok reviews documents.',
  );
  say.line(
    'Have these ready: admin access to your TikTok Shop, its email address, an OttoKit account, and your shop’s region and category.',
  );
  if (isDemo !== true) say.line('You can press Ctrl-C at any time. Everything you’ve entered is kept.');
}

function startOf({ io, answers }: WizardContext, stored: Profile | undefined): Draft {
  const draft = draftOf(answers.profile, stored);
  if (answers.restart) return restarted(draft);
  if (answers.reauthorize) return undone(draft, 'authorize', 'verify');
  // Without a person to complete a replacement, keep the connection as it is.
  const isStuck = io.ask === null && draft.beside && missingAnswers(answers, draft) !== undefined;
  return isStuck && stored !== undefined ? storedDraft(stored) : draft;
}

/** A connection that exists, with nothing to change but its Redirect URL. */
const isExisting = (draft: Draft): boolean =>
  draft.beside && (['verify', 'authorize', 'credentials'] as const).every((step) => isDone(draft, step));

async function visit(context: WizardContext, draft: Draft): Promise<Outcome> {
  const visited = await visitConnection(context, draft);
  if ('draft' in visited) return await outcomeOf(context, visited.draft, true);
  // The other flags were about this shop's app.
  const { capture, timeout, openBrowser, restart, reauthorize, yes } = context.answers;
  const answers = { profile: visited.another, capture, timeout, openBrowser, restart, reauthorize, yes };
  return await connect({ ...context, answers });
}

async function outcomeOf(context: WizardContext, draft: Draft, already: boolean): Promise<Outcome> {
  const profile = await storedProfile(context);
  if (isDone(profile, 'verify')) return { outcome: 'connected', profile, already: already || draft.beside };
  return { outcome: draft.journal.waitingForApproval === true ? 'waiting for approval' : 'saved', profile };
}

async function storedProfile({ store, answers }: WizardContext): Promise<Profile> {
  const profile = await store.profile(answers.profile);
  if (profile === undefined) throw fail('profile-unknown', { profile: answers.profile, known: [] });
  return profile;
}
