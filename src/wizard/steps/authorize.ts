import { isAuthorizationOver } from '../../connection/authorization.ts';
import { isFailure, type Failure } from '../../ground/errors.ts';
import { isDone, save, undone, withValue, type Draft, type StepResult } from '../draft.ts';
import { changeRegion } from '../region.ts';
import { showFailure } from '../screen.ts';
import { isUnattended, type WizardContext } from '../wizard-context.ts';
import { askForValue } from './ask-value.ts';
import { captureRedirect } from './capture-redirect.ts';
import { changeValue, confirmApp } from './credentials.ts';
import { askForFix, type NextAction, type Approved, type Turn } from './fixes.ts';
import { askToOpen } from './open-page.ts';
import { redeem } from './exchange.ts';
import { sayGranted, verify } from './verify.ts';

/**
 * Step 5: the seller approves in the browser, then the tokens are stored and verified.
 * @param start the first action, or the failure of an existing connection
 * @throws Failure if nobody can choose a fix; as `captureRedirect` and `Store.change`
 */
export async function authorize(
  context: WizardContext,
  draft: Draft,
  start: NextAction | Failure = 'recap',
): Promise<StepResult> {
  await context.store.proveWritable();
  let turn: Turn = { draft, go: isFailure(start) || !isDone(draft, 'authorize') ? start : 'verify' };
  for (;;) {
    const { go } = turn;
    if (go === 'next') await sayGranted(context, turn.draft);
    if (go === 'next' || go === 'first' || go === 'later' || go === 'back') return { draft: turn.draft, go };
    turn = isFailure(go) ? await chooseFix(context, turn, go) : await act(context, turn, go);
  }
}

async function chooseFix(context: WizardContext, turn: Turn, failure: Failure): Promise<Turn> {
  const isOver = isAuthorizationOver(failure) || failure.code === 'no-shops';
  const draft = isOver ? undone(turn.draft, 'authorize', 'verify') : turn.draft;
  // Keep a connection until another authorization replaces it.
  if (isOver && !draft.keepsStored) await save(context, draft);
  if (context.io.signal.aborted || isUnattended(context)) throw failure;
  showFailure(context, failure);
  return { ...turn, draft, go: await askForFix(context, draft, failure.code) };
}

async function act(context: WizardContext, { draft, approved }: Turn, action: NextAction): Promise<Turn> {
  switch (action) {
    case 'recap':
      return { draft, go: isUnattended(context) ? 'open' : await askToOpen(context, draft) };
    case 'open':
    case 'own browser':
      return await captureRedirect(context, draft, action === 'own browser');
    case 'verify':
      return await verify(context, draft);
    case 'service-id':
      return await checkServiceId(context, draft, approved);
    case 'app-key':
      return continueWith('recap', await confirmApp(context, await askForValue(context, draft, action)));
    case 'app-secret':
      return await tryAgain(context, await askForValue(context, draft, action), approved);
    case 'their app key':
      return await useTheirAppKey(context, draft, approved);
    case 'change':
      return continueWith('recap', await changeValue(context, draft));
    case 'region':
      return continueWith('recap', await changeRegion(context, draft));
    case 'publish':
    case 'owner':
      return { draft, go: await askForFix(context, draft, action) };
  }
}

/** Unless `go` leads elsewhere, continues with `action` or, if tokens are stored, verifies them. */
const continueWith = (action: 'recap' | 'open', { draft, go }: StepResult): Turn =>
  go === 'next' ? { draft, go: isDone(draft, 'authorize') ? 'verify' : action } : { draft, go };

/** Doesn't mention publishing if the seller has `approved`, because only a published app can be authorized. */
async function checkServiceId(context: WizardContext, draft: Draft, approved: Approved | undefined): Promise<Turn> {
  const { say } = context.io;
  const isNew = approved === undefined;
  if (isNew) say.instruction('Either the Service ID is wrong (is it the App Key?), or the app isn’t published.');
  const check = isNew ? ' Check there that the app is published.' : '';
  say.instruction(`The Service ID is at the top of the app’s page, after “ID:”.${check}`);
  const message = 'Service ID (Enter keeps it; the page then opens again)';
  const entered = await askForValue(context, draft, 'service-id', message);
  if (isDone(entered, 'credentials')) return { draft: entered, go: 'open' };
  return continueWith('open', await confirmApp(context, entered));
}

/** Verifies stored tokens with the new App Secret or, without tokens, exchanges the same code again. */
async function tryAgain(context: WizardContext, draft: Draft, approved: Approved | undefined): Promise<Turn> {
  if (isDone(draft, 'authorize')) return { draft, go: 'verify' };
  if (approved === undefined) return { draft, go: 'recap' };
  const turn = await redeem(context, draft, approved);
  if (!isFailure(turn.go) || turn.go.code !== 'authorization-code-invalid') return turn;
  context.io.say.warn('TikTok Shop refused the code again, so you need to authorize once more.');
  return { draft, go: 'recap' };
}

/** The Service ID was right but the App Key was wrong, so this uses the App Key in TikTok Shop's answer. */
async function useTheirAppKey(context: WizardContext, draft: Draft, approved: Approved | undefined): Promise<Turn> {
  if (approved?.appKey === undefined) return { draft, go: 'recap' };
  const usable = { verdict: 'accepted', value: approved.appKey } as const;
  const theirs = await save(context, withValue(draft, 'app-key', usable));
  return await redeem(context, await askForValue(context, theirs, 'app-secret'), approved);
}
