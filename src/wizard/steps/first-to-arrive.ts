import { fail, type Failure } from '../../ground/errors.ts';
import { counted } from '../../ground/words.ts';
import type { Listener } from '../../listener/listener.ts';
import type { RedirectVerdict } from '../../tiktok/authorization.ts';
import type { WizardContext } from '../wizard-context.ts';
import type { Arrived, AuthorizationRequest } from './capture-plan.ts';
import type { Cure } from './cures.ts';
import type { OpenedPage } from './open-page.ts';
import { askWhileWaiting, waitingText } from './waiting.ts';

export type RedirectListener = Listener<RedirectVerdict>;

/**
 * The first of: a redirect at the listener, a pasted address, the cure that the person chose instead, or the failure that
 * ends the wait: authorization-timeout, interrupted, or window-closed if there is nobody to paste.
 */
export async function firstToArrive(
  context: WizardContext,
  request: AuthorizationRequest,
  { listener, page, signal }: { listener: RedirectListener | undefined; page: OpenedPage; signal: AbortSignal },
): Promise<Arrived | { cure: Cure } | Failure> {
  const { io, answers } = context;
  const deadline = io.clock.monotonic() + answers.timeout;
  const left = (): number => deadline - io.clock.monotonic();
  const racers: Promise<Arrived | { cure: Cure } | Failure>[] = [timeout(context, signal)];
  if (listener !== undefined)
    racers.push(
      listener
        .next()
        .then(({ verdict: redirect, finish }) => ({ redirect, redirectUrl: request.redirectUrl, answer: finish })),
    );
  if (io.ask === null) racers.push(page.windowClosed.then(() => fail('window-closed', {})));
  else racers.push(askWhileWaiting(context, request, left, signal));
  // Only the first counts; the others may reject later.
  for (const racer of racers) racer.catch(() => undefined);
  const waiting = io.ask === null ? io.say.wait(() => waitingText(left(), context.isDemo)) : undefined;
  return await Promise.race(racers).finally(() => waiting?.stop());
}

async function timeout({ io, answers }: WizardContext, signal: AbortSignal): Promise<Failure> {
  await io.clock.sleep(answers.timeout, signal);
  if (io.signal.aborted) return fail('interrupted', {});
  return fail('authorization-timeout', { within: limitInWords(answers.timeout) });
}

function limitInWords(ms: number): string {
  const [count, unit] = ms < 60_000 ? ([ms / 1_000, 'second'] as const) : ([ms / 60_000, 'minute'] as const);
  return counted(Math.round(count * 10) / 10, unit);
}
