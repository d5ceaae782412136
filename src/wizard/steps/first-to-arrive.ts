import { fail, isFailure, type Failure } from '../../ground/errors.ts';
import type { Listener } from '../../listener/listener.ts';
import type { PageContent } from '../../listener/pages.ts';
import type { RedirectVerdict } from '../../tiktok/authorization.ts';
import type { WizardContext } from '../wizard-context.ts';
import type { AuthorizationRequest, Redirect } from './authorization-request.ts';
import type { OpenedPage } from './open-page.ts';
import { askWhileWaiting, waitingText, type Wish } from './waiting.ts';

export type RedirectListener = Listener<RedirectVerdict>;

/** An answer, and how to show the browser its page. */
export interface Arrived {
  readonly redirect: Redirect;
  /** Where it arrived, or would have. */
  readonly redirectUrl: string;
  readonly answer: (page: PageContent) => Promise<void>;
}

interface Sources {
  readonly listener: RedirectListener | undefined;
  readonly page: OpenedPage;
  readonly signal: AbortSignal;
}

/**
 * The first of: a redirect at the listener, a pasted address, the person's wish to do something else.
 * @throws Failure authorization-timeout, interrupted; window-closed if there is nobody to paste
 */
export async function firstToArrive(
  context: WizardContext,
  request: AuthorizationRequest,
  { listener, page, signal }: Sources,
): Promise<Arrived | { wish: Wish }> {
  const { io, answers } = context;
  const deadline = io.clock.monotonic() + answers.timeout;
  const left = (): number => deadline - io.clock.monotonic();
  const racers: Promise<Arrived | { wish: Wish } | Failure>[] = [timeout(context, signal)];
  if (listener !== undefined) racers.push(fromListener(listener, request.redirectUrl));
  racers.push(io.ask === null ? whenWindowCloses(page) : fromPerson(context, request, left, signal));
  const waiting = io.ask === null ? io.say.wait(() => waitingText(left(), context.isDemo)) : undefined;
  try {
    const first = await quietly(racers);
    if (isFailure(first)) throw first;
    return first;
  } finally {
    waiting?.stop();
  }
}

async function timeout({ io, answers }: WizardContext, signal: AbortSignal): Promise<Failure> {
  await io.clock.sleep(answers.timeout, signal);
  if (io.signal.aborted) return fail('interrupted', {});
  return fail('authorization-timeout', { within: limitInWords(answers.timeout) });
}

/** The first to settle. The others are then withdrawn, and their rejections are ignored. */
async function quietly<T>(racers: readonly Promise<T>[]): Promise<T> {
  for (const racer of racers) racer.catch(() => undefined);
  return await Promise.race(racers);
}

function limitInWords(ms: number): string {
  const [count, unit] = ms < 60_000 ? [ms / 1_000, 'second'] : [ms / 60_000, 'minute'];
  const rounded = Math.round(count * 10) / 10;
  return `${String(rounded)} ${unit}${rounded === 1 ? '' : 's'}`;
}

async function fromListener(listener: RedirectListener, redirectUrl: string): Promise<Arrived> {
  const callback = await listener.next();
  return { redirect: callback.verdict, redirectUrl, answer: (page) => callback.finish(page) };
}

async function fromPerson(...given: Parameters<typeof askWhileWaiting>): Promise<Arrived | { wish: Wish }> {
  const answered = await askWhileWaiting(...given);
  return 'wish' in answered ? answered : { ...answered, answer: () => Promise.resolve() };
}

/** If nothing can be pasted, a closed window ends the wait. */
async function whenWindowCloses(page: OpenedPage): Promise<Failure> {
  await page.windowClosed;
  return fail('window-closed', {});
}
