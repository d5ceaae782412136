import { ottokitRedirectUrl } from '../connection/redirect-url.ts';
import type { ErrorCode, Failure } from '../ground/errors.ts';
import { isDone, undone, type Draft } from './draft.ts';
import { choice, comeBackLater, menu, recommended } from './menu.ts';
import { showFailure } from './show.ts';
import { isComplete, takeStep } from './steps.ts';
import { authorize } from './steps/authorize.ts';
import { changeValue } from './steps/change-value.ts';
import { settleRedirectUrl } from './steps/redirect-url.ts';
import { walk } from './walk.ts';
import type { WizardContext } from './wizard-context.ts';

/** Failures after which authorizing again helps. */
export const canBeRenewed: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'refresh-token-unknown',
  'refresh-token-expired',
  'access-token-invalid',
  'no-shops',
  'app-secret-mismatch',
  'app-key-invalid',
]);

/** Authorizes again, or changes a value, after one question. */
export async function renew(context: WizardContext, draft: Draft, failure: Failure): Promise<Draft> {
  showFailure(context, failure);
  const chosen = await menu<'renew' | 'change' | 'later'>(context, 'renew', 'What now?', [
    recommended(choice('renew', 'Authorize again', 'Opens TikTok Shop in the browser. Everything else is kept.')),
    choice('change', 'Change a value'),
    comeBackLater,
  ]);
  if (chosen === 'later') throw failure;
  return await (chosen === 'change' ? change : reauthorize)(context, draft);
}

/** Step 5 alone, then OttoKit's steps if OttoKit isn't connected. */
export async function reauthorize(context: WizardContext, draft: Draft): Promise<Draft> {
  const begun = undone(await withGivenRedirectUrl(context, draft), 'authorize', 'verify');
  const { draft: authorized, go } = await authorize(context, begun, 'open');
  if (go !== 'on') return draft;
  return isComplete(authorized, 'finish') ? authorized : await takeFinish(context, authorized);
}

/** A flag says which Redirect URL the app has now. */
async function withGivenRedirectUrl(context: WizardContext, draft: Draft): Promise<Draft> {
  if (context.answers.redirectUrl === undefined) return draft;
  return { ...draft, app: { ...draft.app, redirectUrl: await settleRedirectUrl(context, draft) } };
}

export const takeFinish = async (context: WizardContext, draft: Draft): Promise<Draft> =>
  (await takeStep(context, draft, 'finish')).draft;

/** Changes one value, and repeats the steps that depend on it. */
export async function change(context: WizardContext, draft: Draft): Promise<Draft> {
  const { draft: changed, go } = await changeValue(context, draft);
  const { redirectUrl } = changed.app;
  if (go === 'on' && redirectUrl !== draft.app.redirectUrl) {
    const redirectToRestore = redirectUrl !== ottokitRedirectUrl;
    return await context.keep({ ...changed, journal: { ...changed.journal, redirectToRestore } });
  }
  return isDone(changed, 'verify') ? changed : await walk(context, changed);
}
