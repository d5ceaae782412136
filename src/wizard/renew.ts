import type { Failure } from '../ground/errors.ts';
import { isDone, undone, type Draft } from './draft.ts';
import { isComplete, takeStep, walk } from './steps.ts';
import { authorize } from './steps/authorize.ts';
import { changeValue } from './steps/change-value.ts';
import type { StepResult, WizardContext } from './wizard-context.ts';

/**
 * Only step 5, then OttoKit's steps if OttoKit isn't connected. `failure`: why the connection doesn't work.
 * @throws the failure if the person leaves it
 */
export async function renew(context: WizardContext, existing: Draft, failure?: Failure): Promise<StepResult> {
  const begun =
    failure === undefined ? undone(withGivenRedirectUrl(context, existing), 'authorize', 'verify') : existing;
  const { draft, go } = await authorize(context, begun, failure ?? 'open');
  if (go === 'portal') return { draft: await walk(context, draft), go: 'on' };
  if (go === 'on') return isComplete(draft, 'finish') ? { draft, go } : await takeStep(context, draft, 'finish');
  if (failure !== undefined) throw failure;
  return { draft: existing, go };
}

/** When the person authorizes again, a flag says which Redirect URL the app has now. */
const withGivenRedirectUrl = ({ answers: { redirectUrl } }: WizardContext, draft: Draft): Draft =>
  redirectUrl === undefined ? draft : { ...draft, app: { ...draft.app, redirectUrl } };

/** Changes one value, and repeats the steps that depend on it. */
export async function change(context: WizardContext, draft: Draft): Promise<StepResult> {
  const { draft: changed, go } = await changeValue(context, draft);
  // Going back from an App Key that was refused drops it.
  if (go === 'back') return { draft: await context.keep(draft), go };
  if (changed === draft) return { draft, go: 'back' };
  return { draft: isDone(changed, 'verify') ? changed : await walk(context, changed), go: 'on' };
}
