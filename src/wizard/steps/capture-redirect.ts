import type { CaptureWindow } from '../../browser/windows.ts';
import { requireApp } from '../../connection/app.ts';
import { abortWith } from '../../ground/abort-with.ts';
import { fail, isFailure, type Failure } from '../../ground/errors.ts';
import { counted } from '../../ground/words.ts';
import { listen } from '../../listener/listener.ts';
import {
  authorizationUrl,
  newState,
  readPastedRedirect,
  readRedirect,
  type AcceptedRedirect,
} from '../../tiktok/authorization.ts';
import type { Draft } from '../draft.ts';
import { menu } from '../screen.ts';
import { requireAsk, type WizardContext } from '../wizard-context.ts';
import { planCapture, type Arrival, type CapturePlan, type Visit } from './capture-plan.ts';
import { helpChoices, type Turn } from './fixes.ts';
import { useAnswer } from './exchange.ts';
import { closeWindow, openAuthorizationPage, warnOfRefusal } from './open-page.ts';

/**
 * Waits for one answer, captured or pasted, then uses it while the browser waits for its page. Otherwise returns the
 * user's choice from the help, or a failure: authorization-timeout, interrupted or, without a terminal, window-closed.
 * @throws Failure port-busy, port-reserved, listener-failed without a terminal; as `planCapture` and `exchange`
 */
export async function captureRedirect(context: WizardContext, draft: Draft, isOwnBrowser: boolean): Promise<Turn> {
  const ended = abortWith(context.io.signal);
  let visit: Visit | undefined;
  let window: CaptureWindow | undefined;
  let hasAnswered = false;
  try {
    const planned = await planCapture(context, draft);
    const plan: CapturePlan = isOwnBrowser && planned.way === 'browser' ? { way: 'paste' } : planned;
    visit = await newVisit(context, draft, plan, ended.signal);
    window = await openAuthorizationPage(context, visit);
    const first = await firstToArrive(context, visit, window);
    ended.abort(new Error('answered'));
    if (typeof first === 'string' || isFailure(first)) return { draft, go: first };
    hasAnswered = true;
    return await useAnswer(context, draft, first);
  } finally {
    ended.abort(new Error('over'));
    if (window !== undefined) await closeWindow(context, window, hasAnswered);
    await visit?.listener?.close();
  }
}

/** Listens unless the plan is to paste. In a terminal, changes the plan to paste if the port can't be used. */
async function newVisit(context: WizardContext, draft: Draft, plan: CapturePlan, signal: AbortSignal): Promise<Visit> {
  const { io, hosts } = context;
  const { redirectUrl = '', authorizationHost } = draft.app;
  const { region, serviceId } = requireApp(draft);
  const state = newState();
  const address = authorizationUrl(hosts(region), serviceId, state, authorizationHost);
  const visit = { plan, redirectUrl, state, address, signal };
  if (plan.way === 'paste') return visit;
  const listener = await listen<AcceptedRedirect>({
    ...(plan.way === 'browser' ? { redirectUrl: 'http://127.0.0.1:0/callback' } : { ...plan, redirectUrl }),
    judge: (query) => readRedirect(query, state),
    onRefused: (why) => warnOfRefusal(io, why),
    signal: io.signal,
  });
  if (!isFailure(listener)) return { ...visit, listener };
  if (io.ask === null) throw listener;
  return { ...visit, plan: { way: 'paste', why: listener.message } };
}

async function firstToArrive(context: WizardContext, visit: Visit, window?: CaptureWindow) {
  const { io, answers, isDemo } = context;
  const deadline = io.clock.monotonic() + answers.timeout;
  const left = (): number => deadline - io.clock.monotonic();
  const { redirectUrl, listener } = visit;
  const racers: Promise<Arrival | Turn['go']>[] = [timeout(context, visit.signal)];
  if (io.ask !== null) racers.push(askWhileWaiting(context, visit, left));
  else if (window) racers.push(window.closed.then(() => fail('window-closed', {})));
  if (listener)
    racers.push(listener.arrival.then(({ verdict, finish }) => ({ redirect: verdict, redirectUrl, answer: finish })));
  const waiting = io.ask === null ? io.say.wait(() => waitingText(left(), isDemo)) : undefined;
  return await Promise.race(racers).finally(() => waiting?.stop());
}

async function timeout({ io, answers: { timeout: ms } }: WizardContext, signal: AbortSignal): Promise<Failure> {
  await io.clock.sleep(ms, signal);
  if (io.signal.aborted) return fail('interrupted', {});
  const [count, unit] = ms < 60_000 ? ([ms / 1_000, 'second'] as const) : ([ms / 60_000, 'minute'] as const);
  return fail('authorization-timeout', { within: counted(Math.round(count * 10) / 10, unit) });
}

const helpAfterMs = 30_000;

/** Accepts a pasted address, or Enter and then a choice from the help, until the wait is over. */
async function askWhileWaiting(context: WizardContext, visit: Visit, left: () => number) {
  const { io, isDemo } = context;
  const { plan, redirectUrl, state, signal } = visit;
  // In the demo, the user can't press Enter.
  let hasSeenHelp = isDemo;
  void io.clock.sleep(helpAfterMs, signal).then(() => {
    if (!signal.aborted && !hasSeenHelp)
      io.say.hint('Does TikTok Shop show a message instead of asking you to approve? Press Enter for help.');
  });
  const isPasteOnly = plan.way === 'paste';
  const choices = helpChoices(plan, redirectUrl);
  for (;;) {
    const pasted = await requireAsk(io).text({
      id: 'redirected-address',
      message: isPasteOnly
        ? 'Paste the address, or press Enter for help'
        : 'Press Enter for help, or paste the address',
      status: () => waitingText(left(), isDemo, isPasteOnly ? 'the address' : undefined),
      check: (text) => {
        const answer = readPastedRedirect(text, redirectUrl, state);
        return typeof answer === 'string' ? `This can’t be used: ${answer}` : true;
      },
      echo: () => 'received',
      signal,
    });
    const answer = readPastedRedirect(pasted, redirectUrl, state);
    if (typeof answer !== 'string') return answer;
    hasSeenHelp = true;
    const chosen = await menu({ io: { ...io, signal } }, 'help', 'What does TikTok Shop show?', choices);
    if (chosen !== 'wait') return chosen;
  }
}

export function waitingText(left: number, isDemo = false, what = 'TikTok Shop'): string {
  const seconds = Math.max(0, Math.round(left / 1000));
  const clock = `${String(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, '0')}`;
  return `Waiting for ${what}, ${clock} left (Ctrl-C quits${isDemo ? '' : '; progress is saved'})`;
}
