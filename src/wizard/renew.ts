import type { Failure } from '../ground/errors.ts';
import { isDone, undone, type Draft } from './draft.ts';
import { isComplete, takeStep, walk } from './steps.ts';
import { authorize } from './steps/authorize.ts';
import { changeValue } from './steps/change-value.ts';
import type { WizardContext } from './wizard-context.ts';

/**
 * Only step 5, then OttoKit's steps if OttoKit isn't connected. `failure`: why the connection doesn't work.
 * @throws the failure if the person leaves it
 */
export async function renew(context: WizardContext, existing: Draft, failure?: Failure): Promise<Draft> {
  const begun =
    failure === undefined ? undone(withGivenRedirectUrl(context, existing), 'authorize', 'verify') : existing;
  const { draft: authorized, go } = await authorize(context, begun, failure ?? 'open');
  if (go === 'portal') return await walk(context, authorized);
  if (go === 'on') return isComplete(authorized, 'finish') ? authorized : await takeFinish(context, authorized);
  if (failure !== undefined) throw failure;
  return existing;
}

/** Someone who chose to authorize again says with a flag which Redirect URL the app has now. */
const withGivenRedirectUrl = ({ answers: { redirectUrl } }: WizardContext, draft: Draft): Draft =>
  redirectUrl === undefined ? draft : { ...draft, app: { ...draft.app, redirectUrl } };

export const takeFinish = async (context: WizardContext, draft: Draft): Promise<Draft> =>
  (await takeStep(context, draft, 'finish')).draft;

/** Changes one value, and repeats the steps that depend on it. */
export async function change(context: WizardContext, draft: Draft): Promise<Draft> {
  const { draft: changed } = await changeValue(context, draft);
  return isDone(changed, 'verify') ? changed : await walk(context, changed);
}
