import type { ErrorCode } from '../../ground/errors.ts';
import { defined } from '../../ground/defined.ts';
import { isDone, undone, type Draft } from '../draft.ts';
import { sayFailure } from '../say-failure.ts';
import { isUnattended, type StepResult, type WizardContext } from '../wizard-context.ts';
import { applyCure } from './apply-cure.ts';
import { askForCure, type Cure } from './cures.ts';
import type { Turn } from './turn.ts';
import { sayGranted } from './verify.ts';

/**
 * Step 5: the person approves in the browser; the code is exchanged, and the tokens are stored and verified. Every
 * failure leads to its cures, until the shop is authorized or the person leaves.
 * @param start `open` if the person has just asked for this
 * @throws Failure if there is nobody to choose a cure; all of the store's
 */
export async function authorize(context: WizardContext, draft: Draft, start: Cure = 'recap'): Promise<StepResult> {
  await context.store.proveWritable();
  let turn: Turn = { draft, cure: isDone(draft, 'authorize') ? 'verify' : start };
  while (!('go' in turn)) turn = 'cure' in turn ? await applyCure(context, turn) : await chooseCure(context, turn);
  if (turn.go === 'on') await sayGranted(context, turn.draft);
  return turn;
}

/** Failures after which the stored tokens can't become good again. */
const needsNewAuthorization: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'access-token-invalid',
  'refresh-token-unknown',
  'refresh-token-expired',
  'no-shops',
]);

async function chooseCure(
  context: WizardContext,
  { draft: failed, failure, approved }: Extract<Turn, { failure: unknown }>,
): Promise<Turn> {
  const isOver = needsNewAuthorization.has(failure.code);
  const draft = isOver ? await context.keep(undone(failed, 'authorize')) : failed;
  if (failure.code === 'interrupted' || isUnattended(context)) throw failure;
  sayFailure(context.io.say, failure);
  return { draft, cure: await askForCure(context, draft, failure.code), ...defined({ approved }) };
}
