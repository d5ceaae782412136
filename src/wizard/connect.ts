import { readRedirectUrl } from '../connection/redirect-url.ts';
import { fail, type Failure } from '../ground/errors.ts';
import { isConnected, type Profile } from '../store/model/profile.ts';
import { credentialNames } from '../tiktok/credential-shapes.ts';
import { readCredential, valueIn, valueOf } from '../tiktok/credentials.ts';
import { checkConnected } from './connected.ts';
import { draftOf, isDone, save, reopen, restarted, stepsAffectedBy, storedDraft, undone, type Draft } from './draft.ts';
import { inRegion } from './region.ts';
import { choice, comeBackLater, goBack, menu } from './screen.ts';
import { doneSteps, sayDone, steps, walk } from './steps.ts';
import { isUnattended, type Answers, type WizardContext } from './wizard-context.ts';

export type Outcome = Awaited<ReturnType<typeof outcomeOf>>;

/** Continues where an earlier run stopped, or with an existing connection. @throws Failure; the answers stay stored */
export async function connect(context: WizardContext): Promise<Outcome> {
  const { io, answers, store } = context;
  const stored = await store.profile(answers.profile);
  if (stored === undefined && io.ask !== null) {
    if (!isUnattended(context)) introduce(context);
    // This may create the store and ask for a passphrase, so it comes after the introduction.
    await save(context, draftOf(answers.profile, undefined));
  }
  const known = startOf(context, stored);
  const start = await applyFlags(context, known);
  if (isExisting(start)) return await continueConnected(context, start);

  const missing = missingAnswers(answers, start);
  if (io.ask === null && missing !== undefined) throw missing;
  const isStartClear = answers.restart || answers.reauthorize || stored === undefined || start !== known;
  sayDone(context, start);
  const draft = isStartClear ? start : await resume(context, start);
  if (draft !== null && isExisting(draft)) return await continueConnected(context, draft);
  return await outcomeOf(context, draft === null ? start : await walk(context, draft), false);
}

/** Source: OttoKit's guide. */
function introduce({ io: { say }, isDemo }: WizardContext): void {
  say.line(
    'This connects your TikTok Shop to OttoKit. It takes about 10 minutes, or up to three days if TikTok reviews documents.',
  );
  say.line(
    'Have these ready: admin access to your TikTok Shop, its admin email address, an OttoKit account, and your shop’s region and category.',
  );
  if (isDemo !== true) say.line('You can press Ctrl-C at any time. Everything you’ve entered is kept.');
}

function startOf({ io, answers }: WizardContext, stored: Profile | undefined): Draft {
  const latest = draftOf(answers.profile, stored);
  // With `--reauthorize` or without a terminal, an incomplete replacement can't continue, so use the stored setup.
  const isStuck = (io.ask === null || answers.reauthorize) && missingAnswers(answers, latest) !== undefined;
  const draft = isStuck && stored !== undefined ? storedDraft(stored) : latest;
  if (answers.restart) return restarted(draft);
  return answers.reauthorize ? undone(draft, 'authorize', 'verify') : draft;
}

/** Changes to the given region, and undoes the steps whose answers a flag or variable changes. */
async function applyFlags(context: WizardContext, draft: Draft): Promise<Draft> {
  const { region, redirectUrl } = context.answers.app;
  let known = (region && (await inRegion(context, draft, region))) ?? draft;
  const redirect = redirectUrl === undefined ? undefined : readRedirectUrl(redirectUrl);
  if (redirect !== undefined && (redirect.kind === 'refused' || redirect.url !== known.app.redirectUrl))
    known = undone(known, 'app');
  for (const name of credentialNames) {
    const given = valueIn(context.answers.app, name);
    if (given === undefined) continue;
    const value = valueOf(readCredential(name, given, known.app)) ?? given;
    if (value !== valueIn(known.app, name)) known = undone(known, ...stepsAffectedBy(name));
  }
  return known;
}

function missingAnswers({ yes, app: given }: Answers, { app }: Draft): Failure | undefined {
  const known = { ...app, ...given };
  const needed = [
    ['region', '--region', 'us or row: where the shop is'],
    ...(yes ? [] : [['redirectUrl', '--redirect-url', 'the app’s Redirect URL'] as const]),
    ['appKey', '--app-key', 'App Key, from “Credentials” on the app’s page'],
    ['appSecret', '--app-secret-stdin', 'App Secret, on stdin; or --app-secret-file, or OTTOKIT_TIKTOK_APP_SECRET'],
    ['serviceId', '--service-id', 'Service ID, the 19-digit number under the app’s name'],
  ] as const;
  const missing = needed.filter(([key]) => known[key] === undefined).map(([, flag, what]) => ({ flag, what }));
  return missing.length === 0 ? undefined : fail('missing-answers', { command: 'connect', missing });
}

/** Asks how to continue, unless unattended or the next step's question is enough. Returns `null` if the user leaves. */
async function resume(context: WizardContext, draft: Draft): Promise<Draft | null> {
  const done = doneSteps(draft);
  const next = steps.find((step) => !done.includes(step));
  if (isUnattended(context) || next === undefined) return draft;
  const stored = await context.store.profile(draft.name);
  const connection = stored !== undefined && isConnected(stored) ? storedDraft(stored) : undefined;
  const { waitingForApproval = false } = draft.journal;
  if (connection === undefined && (waitingForApproval || done.length === 0 || next.name === 'authorize')) return draft;
  const message = connection ? 'A new setup was started and isn’t finished.' : 'Continue where you left off?';
  const chosen = await menu(context, 'resume', message, [
    {
      ...choice('continue', `Continue with step ${String(steps.indexOf(next) + 1)}, ${next.title}`),
      recommended: true,
    },
    ...(done.length === 0 ? [] : [choice('step', 'Open a finished step again')]),
    choice('restart', 'Go through every step again', 'Your answers are filled in; Enter keeps each one.'),
    ...(connection ? [choice('keep', 'Keep the connection as it is', 'Discards the new setup.')] : []),
    comeBackLater,
  ]);
  if (chosen === 'later') return null;
  if (chosen === 'restart') return restarted(draft);
  // Storing the connection again discards the new setup.
  if (chosen === 'keep' && connection !== undefined) return await save(context, connection);
  if (chosen !== 'step') return draft;
  const finished = done.map(({ name, title }) => choice(name, title));
  const step = await menu(context, 'reopen', 'Which step?', [...finished, goBack]);
  return step === 'back' ? await resume(context, draft) : reopen(draft, step);
}

/** Whether this is an existing connection. Step 2 needn't be done, because `--redirect-url` undoes it. */
const isExisting = (draft: Draft): boolean =>
  draft.keepsStored && (['verify', 'authorize', 'credentials'] as const).every((step) => isDone(draft, step));

async function continueConnected(context: WizardContext, existing: Draft): Promise<Outcome> {
  const checked = await checkConnected(context, existing);
  if (typeof checked !== 'string') return await outcomeOf(context, checked, true);
  // The values given for the app, and `--port`, apply only to the shop that was checked.
  const { port: _, ...others } = context.answers;
  context.moveTo?.(checked);
  return await connect({ ...context, answers: { ...others, app: {}, profile: checked } });
}

async function outcomeOf({ store }: WizardContext, draft: Draft, wasConnected: boolean) {
  const profile = await store.profile(draft.name);
  if (profile === undefined) throw fail('profile-unknown', { profile: draft.name, known: [] });
  const isWaiting = draft.journal.waitingForApproval === true;
  const outcome = isDone(profile, 'verify') ? 'connected' : isWaiting ? 'waiting for approval' : 'saved';
  return { outcome, profile, wasConnected: wasConnected || draft.keepsStored } as const;
}
