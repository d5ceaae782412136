import { ottokitRedirectUrl } from '../../connection/redirect-url.ts';
import type { Failure } from '../../ground/errors.ts';
import { defaultRegion } from '../../ground/regions.ts';
import type { AcceptedRedirect } from '../../tiktok/authorization.ts';
import { confirmedAppPageUrl } from '../../tiktok/portals.ts';
import { isDone, undone, type Draft } from '../draft.ts';
import { choice, comeBackLater, goBack, menu, showFailure } from '../screen.ts';
import { isUnattended, type StepResult, type WizardContext } from '../wizard-context.ts';
import { planCapture } from './capture-plan.ts';
import {
  cures,
  explanations,
  pastingHint,
  usualCures,
  windowHint,
  type Chosen,
  type Cure,
  type Situation,
} from './cures.ts';

export type Approved = Extract<AcceptedRedirect, { outcome: 'approved' }>;

export interface Underway {
  readonly draft: Draft;
  /** A cure to apply, or a failure to choose one for. */
  readonly go: Cure | Failure;
  /** The approval. Its code may be tried again. */
  readonly approved?: Approved;
}

/** The state of step 5: underway, or its result. */
export type Turn = Underway | StepResult;

/** After these failures, the authorization counts as undone. */
const needsNewAuthorization = ['access-token-invalid', 'refresh-token-unknown', 'refresh-token-expired', 'no-shops'];

/** Shows the failure and asks for a cure. @throws the failure if nobody can choose */
export async function chooseCure(context: WizardContext, turn: Underway, failure: Failure): Promise<Turn> {
  const isOver = needsNewAuthorization.includes(failure.code);
  const draft = isOver ? undone(turn.draft, 'authorize', 'verify') : turn.draft;
  // Keep a connection until another authorization replaces it.
  if (isOver && !draft.beside) await context.keep(draft);
  if (context.io.signal.aborted || isUnattended(context)) throw failure;
  showFailure(context, failure);
  return { ...turn, draft, go: await askForCure(context, draft, failure.code) };
}

/** Explains the situation and asks what to do about it. */
export async function askForCure(context: WizardContext, draft: Draft, situation: Situation): Promise<Chosen> {
  const { say } = context.io;
  const { region = defaultRegion, serviceId = '' } = draft.app;
  for (const line of explanations[situation] ?? []) say.instruction(line);
  if (situation === 'publish') say.value(confirmedAppPageUrl(region, serviceId));
  const offered = cures[situation] ?? usualCures(isDone(draft, 'authorize'));
  const isHelp = situation === 'publish' || situation === 'owner';
  return await menu<Chosen>(context, isHelp ? situation : 'cure', 'What now?', [
    ...offered.map((cure, index) => ({ ...cure, recommended: index === 0 })),
    ...(isHelp ? [{ ...goBack, value: 'recap' } as const] : [comeBackLater, goBack]),
  ]);
}

/** Shows what was entered and why to sign in here, then asks how to open TikTok Shop. */
export async function askToOpen(context: WizardContext, draft: Draft): Promise<Chosen> {
  const { say } = context.io;
  const { appKey = '', serviceId = '', redirectUrl = '' } = draft.app;
  const { openBrowser } = context.answers;
  const { way } = await planCapture(context, draft);
  const pasting = pastingHint(redirectUrl);
  const redirect = redirectUrl === ottokitRedirectUrl ? 'OttoKit’s Redirect URL' : `Redirect URL ${redirectUrl}`;
  say.instruction(`You entered App Key ${appKey}, Service ID ${serviceId}, the App Secret, and ${redirect}.`);
  if (draft.ottokit?.connected !== true)
    say.instruction(
      'You sign in here first, to test these values before OttoKit uses them. Later you’ll sign in once more in OttoKit.',
    );
  const open = {
    browser: choice('open', 'Open TikTok Shop in a separate window', windowHint(redirectUrl)),
    listener: choice('open', 'Open TikTok Shop in my browser'),
    paste: choice('open', 'Open TikTok Shop in my browser', pasting),
  }[way];
  return await menu<Chosen>(context, 'authorize', 'Sign in as the shop’s owner and approve:', [
    { ...(openBrowser ? open : choice('open', 'Show the address to open')), recommended: true },
    ...(openBrowser && way === 'browser' ? [choice('own browser', 'Open it in my own browser', pasting)] : []),
    choice('change', 'Change one of these values'),
    comeBackLater,
    goBack,
  ]);
}
