import { denied, ownerAlone } from '../ground/catalogue.ts';
import { fail } from '../ground/errors.ts';
import { appOf } from '../connection/app.ts';
import { authorizationUrl, newState } from '../tiktok/authorization.ts';
import { planCapture, type CapturePlan } from './capture-plan.ts';
import { captureRedirect, type Settled } from './capture-redirect.ts';
import { isDone, type Draft } from './draft.ts';
import { exchange } from './exchange.ts';
import type { WizardContext } from './wizard-context.ts';
import { verify } from './verify.ts';

/**
 * Steps 5 and 6: the person approves in the browser, and the code that comes back is exchanged, stored and verified
 * while the browser waits for its page. The store is proven writable and the listener listens before anything opens.
 */
export async function authorize(setting: WizardContext, draft: Draft): Promise<Draft> {
  if (isDone(draft, 'authorize')) return draft;
  const { redirectUrl } = draft.app;
  if (redirectUrl === undefined) throw new Error('the Redirect URL is known after its step');
  const plan = await planCapture(setting, redirectUrl);
  if (plan.way === 'paste' && setting.io.ask === null) {
    throw fail('capture-impossible', { why: plan.why ?? 'nobody can be asked to paste the address.' });
  }
  await setting.store.proveWritable();
  for (;;) {
    const attempted = await attempt(setting, draft, plan, redirectUrl);
    if (attempted.outcome === 'authorized') return attempted.draft;
    await askToTryAgain(setting, attempted.error);
  }
}

type Attempt = { outcome: 'authorized'; draft: Draft } | { outcome: 'denied'; error: string };

async function attempt(setting: WizardContext, draft: Draft, plan: CapturePlan, redirectUrl: string): Promise<Attempt> {
  const known = appOf(draft);
  if (!known.ok) throw known.failure;
  const state = newState();
  const address = authorizationUrl(setting.hosts(known.region), known.serviceId, state);
  return await captureRedirect(
    setting,
    { plan, redirectUrl, state, address },
    async (redirect): Promise<Settled<Attempt>> => {
      if (redirect.outcome === 'denied') {
        return { result: { outcome: 'denied', error: redirect.error }, page: { kind: 'denied' } };
      }
      const exchanged = await exchange(setting, draft, known.app, known.region, redirect);
      const { draft: verified, shops } = await verify(setting, exchanged);
      return { result: { outcome: 'authorized', draft: verified }, page: { kind: 'connected', shops } };
    },
  );
}

async function askToTryAgain({ io }: WizardContext, error: string): Promise<void> {
  if (io.ask === null) throw fail('authorization-denied', { error });
  io.say.warn(denied(error));
  io.say.line(ownerAlone);
  const again = await io.ask.confirm({
    id: 'authorize-again',
    message: 'Open the authorization page again?',
    default: true,
    signal: io.signal,
  });
  if (!again) throw fail('authorization-denied', { error });
}
