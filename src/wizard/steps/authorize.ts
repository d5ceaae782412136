import { fail, type ErrorCode, type Failure } from '../../ground/errors.ts';
import type { Ask } from '../../ground/io.ts';
import { comeBackLater, goBack } from '../choices.ts';
import { isDone, undone, type Draft } from '../draft.ts';
import { personAt, type StepResult, type WizardContext } from '../wizard-context.ts';
import { applyCure, type AfterCure } from './apply-cure.ts';
import { attempt, prove, type Attempt } from './attempt.ts';
import { planCapture } from './capture-plan.ts';
import { sayGranted } from './granted.ts';
import { askToOpen } from './recap.ts';
import { refusalOf } from './refusals.ts';

/**
 * Step 5: the person approves in the browser; the code is exchanged, and the tokens are stored and verified. Every
 * refusal leads to its cures, until the shop is authorized or the person leaves.
 * @param isConfirmed whether the person has just asked for this, so that the page opens at once
 * @throws Failure if there is nobody to choose a cure; all of the store's
 */
export async function authorize(context: WizardContext, draft: Draft, isConfirmed = false): Promise<StepResult> {
  await context.store.proveWritable();
  let now: AfterCure = isDone(draft, 'authorize')
    ? { next: 'verify', draft }
    : { next: isConfirmed ? 'open' : 'recap', draft };
  for (;;) {
    if (now.next === 'leave') return now.result;
    const attempted: Attempt | AfterCure = now.next === 'attempted' ? now.attempted : await attemptAt(context, now);
    if (!('outcome' in attempted)) {
      now = attempted;
      continue;
    }
    if (attempted.outcome === 'authorized') {
      await sayGranted(context, attempted.draft);
      return { draft: attempted.draft, go: 'on' };
    }
    now = await cureFor(context, attempted);
  }
}

/** Shows the recap first if it comes next; otherwise opens the page or verifies. */
async function attemptAt(
  context: WizardContext,
  now: Extract<AfterCure, { draft: Draft }>,
): Promise<Attempt | AfterCure> {
  const { next, draft } = now;
  if (next === 'verify') return await prove(context, draft);
  const plan = await planCapture(context, draft.app.redirectUrl ?? '');
  const ask = personAt(context);
  if (next === 'recap' && ask !== null) {
    const chosen = await askToOpen(context, ask, draft, plan);
    return await applyCure(context, ask, chosen, { draft });
  }
  return await attempt(context, draft, next === 'own browser' && plan.way === 'browser' ? { way: 'paste' } : plan);
}

/** Failures after which the stored tokens can't become good again. */
const needsNewAuthorization: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'access-token-invalid',
  'refresh-token-unknown',
  'refresh-token-expired',
  'no-shops',
]);

async function cureFor(
  context: WizardContext,
  attempted: Exclude<Attempt, { outcome: 'authorized' }>,
): Promise<AfterCure> {
  const ask = personAt(context) ?? context.io.ask;
  if (attempted.outcome === 'wish') {
    if (ask === null) throw fail('interrupted', {});
    return await applyCure(context, ask, attempted.wish, attempted);
  }
  const { failure, approved } = attempted;
  const isOver = needsNewAuthorization.has(failure.code) && !isDone(attempted.draft, 'verify');
  const draft = isOver ? await context.keep(undone(attempted.draft, 'authorize')) : attempted.draft;
  if (failure.code === 'interrupted' || personAt(context) === null || ask === null) throw failure;
  const cure = await askForCure(context, ask, draft, failure);
  return await applyCure(context, ask, cure, { draft, approved });
}

async function askForCure({ io }: WizardContext, ask: Ask, draft: Draft, failure: Failure) {
  const { lines, cures } = refusalOf(failure, isDone(draft, 'authorize'));
  io.say.warn(failure.message);
  if (failure.requestId !== undefined) io.say.line(`Request id: ${failure.requestId}`);
  for (const line of lines) io.say.instruction(line);
  const [first, ...others] = cures;
  return await ask.select({
    id: 'cure',
    message: 'What now?',
    choices: [...(first === undefined ? [] : [{ ...first, recommended: true }]), ...others, comeBackLater, goBack],
    signal: io.signal,
  });
}
