import { fail } from '../ground/errors.ts';
import { sayWithProfileFlag } from '../ground/profile-flag.ts';
import { freshToken } from '../connection/fresh-token.ts';
import { withWaitMessage } from '../ground/wait-message.ts';
import { isConnected, type Profile, type Step } from '../store/model/profile.ts';
import { readCredential, type CredentialName } from '../tiktok/credentials.ts';
import { app } from './app.ts';
import { authorize } from './authorize.ts';
import { credentials } from './credentials.ts';
import { draftOf, isDone, keepDraft, reopenSteps, type Draft } from './draft.ts';
import { finish } from './finish.ts';
import { applyFlags } from './apply-flags.ts';
import { tellGranted } from './granted.ts';
import { missingAnswers } from './missing-answers.ts';
import { portal } from './portal.ts';
import { restoreRedirect, takeAsRestored } from './restore-redirect.ts';
import { scopes } from './scopes.ts';
import type { Answers, WizardContext, WizardStep } from './wizard-context.ts';
import { verify } from './verify.ts';

/** `already`: the profile was connected before, and was verified now. */
export type Outcome =
  { outcome: 'connected'; profile: Profile; already: boolean } | { outcome: 'waiting for approval'; profile: Profile };

/**
 * The wizard: from nothing to a stored, verified authorization, going on where an earlier run stopped.
 * @throws Failure, with everything entered so far kept
 */
export async function connect(given: Omit<WizardContext, 'keep'>): Promise<Outcome> {
  const io = { ...given.io, say: sayWithProfileFlag(given.io.say, given.answers.profile) };
  const setting: WizardContext = { ...given, io, keep: (draft) => keepDraft(given.store, io.clock.now, draft) };
  const { store, answers } = setting;
  const before = await store.profile(answers.profile);
  if (before !== undefined && isConnected(before) && before.pendingReplacement === undefined && !answers.restart) {
    return await verifyAgain(setting, before);
  }
  let draft = applyFlags(setting, draftOf(answers.profile, before, answers.restart));
  const missing = io.ask === null ? missingAnswers(answers, draft) : undefined;
  if (missing !== undefined) throw missing;

  // What is answered can be kept from the first question on.
  if (before === undefined && io.ask !== null) draft = await setting.keep(draft);
  draft = await step(setting, 'portal', draft, portal);
  if (draft.journal.waitingForApproval === true) {
    return { outcome: 'waiting for approval', profile: await stored(setting) };
  }
  draft = await step(setting, 'app', draft, app);
  draft = await step(setting, 'scopes', draft, scopes);
  draft = await step(setting, 'credentials', draft, credentials);
  draft = await step(setting, 'authorize', draft, authorize);
  draft = await step(setting, 'verify', draft, async (...known) => (await verify(...known)).draft);
  if (!isDone(draft, 'finish')) tellGranted(setting, await stored(setting));
  await step(setting, 'finish', draft, finish);
  return { outcome: 'connected', profile: await stored(setting), already: false };
}

const titles: Record<Step, string> = {
  portal: 'Partner Center',
  app: 'The app and its Redirect URL',
  scopes: 'Scopes',
  credentials: 'App Key, App Secret, Service ID',
  authorize: 'Authorize',
  verify: 'Verify',
  finish: 'Finish in OttoKit',
};

const steps = Object.keys(titles) as Step[];

async function step(setting: WizardContext, name: Step, draft: Draft, run: WizardStep): Promise<Draft> {
  const { say } = setting.io;
  const number = `${String(steps.indexOf(name) + 1)}/${String(steps.length)}`;
  if (isDone(draft, name)) say.done(`${number} ${titles[name]}: ${summary(name, draft)}`);
  else say.heading(`${number} ${titles[name]}`);
  return await run(setting, draft);
}

/** What is known of a step that is done. */
function summary(name: Step, { app: known, journal }: Draft): string {
  switch (name) {
    case 'portal':
      return known.region === 'us' ? 'US' : 'all countries but the US (ROW)';
    case 'app':
      return known.redirectUrl ?? 'done';
    case 'scopes':
      return journal.pendingScopes?.length ? `pending review: ${journal.pendingScopes.join(', ')}` : 'all seven on';
    case 'credentials':
      return `App Key ${known.appKey ?? ''}, Service ID ${known.serviceId ?? ''}`;
    case 'authorize':
      return 'approved, tokens stored';
    case 'verify':
    case 'finish':
      return 'done';
  }
}

async function stored({ store, answers }: WizardContext): Promise<Profile> {
  const profile = await store.profile(answers.profile);
  if (profile === undefined) throw fail('profile-unknown', { profile: answers.profile, known: [] });
  return profile;
}

/** A profile that is connected: refreshed if need be, verified by a real call, and finished if that was left open. */
async function verifyAgain(setting: WizardContext, profile: Profile): Promise<Outcome> {
  const { io, store, answers } = setting;
  refuseOtherValues(answers, profile);
  const fresh = await withWaitMessage(io, 'Asking TikTok Shop for a fresh access token', () =>
    freshToken(io, store, setting.hosts, profile.name),
  );
  if (!fresh.ok) throw fresh.failure;
  const verified = await verify(setting, reopenSteps(fresh.profile, 'verify'));
  io.say.done(`The profile “${profile.name}” is connected already; TikTok Shop confirmed it just now.`);
  const draft = await takeAsRestored(setting, verified.draft);
  if (!isDone(draft, 'finish')) await step(setting, 'finish', draft, finish);
  else if (io.ask !== null && !answers.yes) await restoreRedirect(setting, draft);
  return { outcome: 'connected', profile: await stored(setting), already: true };
}

/** Flags that name another app must not be passed over in silence. */
function refuseOtherValues(answers: Answers, { name, app: known }: Profile): void {
  const cleaned = (credential: CredentialName, value: string | undefined): string | undefined => {
    const verdict = value === undefined ? undefined : readCredential(credential, value, {});
    return verdict === undefined || verdict.verdict === 'refused' ? value : verdict.value;
  };
  const given: readonly (readonly [string, string | undefined, string | undefined])[] = [
    ['region', answers.region, known.region],
    ['App Key', cleaned('app-key', answers.appKey), known.appKey],
    ['App Secret', cleaned('app-secret', answers.appSecret?.reveal()), known.appSecret?.reveal()],
    ['Service ID', cleaned('service-id', answers.serviceId), known.serviceId],
  ];
  const other = given.find(([, value, stored]) => value !== undefined && value !== stored);
  if (other === undefined) return;
  throw fail('usage', {
    problem: `The profile “${name}” is connected with another ${other[0]} than given. Add --restart to replace it, or choose another --profile.`,
    command: 'connect',
  });
}
