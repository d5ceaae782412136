import { ottokitRedirectUrl } from '../connection/redirect-url.ts';
import type { ErrorCode, Failure } from '../ground/errors.ts';
import type { Ask } from '../ground/io.ts';
import { comeBackLater } from './choices.ts';
import { isDone, undone, type Draft } from './draft.ts';
import { authorize } from './steps/authorize.ts';
import { changeValue } from './steps/change-value.ts';
import { isComplete, takeStep, walk } from './walk.ts';
import type { WizardContext } from './wizard-context.ts';

/** `another`: the person wants to connect another shop, under this name. */
export type Visited = { readonly draft: Draft } | { readonly another: string };

/** Failures after which authorizing again helps. */
export const canBeRenewed: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'refresh-token-unknown',
  'refresh-token-expired',
  'access-token-invalid',
  'no-shops',
  'app-secret-mismatch',
  'app-key-invalid',
]);

/** One question, and the authorization is renewed; everything else stays. */
export async function renew(context: WizardContext, ask: Ask, draft: Draft, failure: Failure): Promise<Visited> {
  const { say, signal } = context.io;
  say.warn(failure.message);
  if (failure.requestId !== undefined) say.line(`Request id: ${failure.requestId}`);
  const choice = await ask.select({
    id: 'renew',
    message: 'What now?',
    choices: [
      {
        value: 'renew',
        name: 'Authorize again',
        hint: 'Opens TikTok Shop in the browser. Everything else is kept.',
        recommended: true,
      },
      { value: 'change', name: 'Change a value' },
      comeBackLater,
    ],
    signal,
  });
  if (choice === 'later') throw failure;
  return choice === 'change' ? await change(context, ask, draft) : { draft: await reauthorize(context, draft) };
}

/** Step 5 alone, then OttoKit's steps if OttoKit isn't connected. */
export async function reauthorize(context: WizardContext, draft: Draft): Promise<Draft> {
  const { draft: authorized, go } = await authorize(context, undone(draft, 'authorize', 'verify'), true);
  if (go !== 'on') return draft;
  return isComplete(authorized, 'finish') ? authorized : (await takeStep(context, authorized, 'finish')).draft;
}

/** Changes one value, and takes the steps that this undoes. */
export async function change(context: WizardContext, ask: Ask, draft: Draft): Promise<Visited> {
  const changed = await changeValue(context, ask, draft);
  const before = draft.app.redirectUrl;
  const { redirectUrl } = changed.draft.app;
  if (changed.go === 'on' && redirectUrl !== before) {
    const redirectToRestore = redirectUrl !== ottokitRedirectUrl;
    const journal = { ...changed.draft.journal, redirectToRestore };
    return { draft: await context.keep({ ...changed.draft, journal }) };
  }
  if (isDone(changed.draft, 'verify')) return { draft: changed.draft };
  return { draft: (await walk(context, changed.draft)).draft };
}
