import * as v from 'valibot';
import type { OnEvent, Send } from './pipe.ts';
import { patternOf, queryOfRedirect } from './redirect-request.ts';

/** Which request is answered here, and where it is taken instead. */
export interface Answering {
  /** The Redirect URL of the app. */
  readonly redirectUrl: string;
  /** Whether the query of a request to the Redirect URL is the awaited one: its `state` is ours. */
  readonly matches: (query: URLSearchParams) => boolean;
  /** The address on this computer that gets the query. */
  readonly forwardTo: (query: URLSearchParams) => string;
}

export interface Watcher {
  /** Called for every page when its requests to the Redirect URL are held back. */
  readonly pageReady: (session: string) => void;
  /** The last page was closed. The browser may live on without one (macOS). */
  readonly noPageLeft: () => void;
}

/** `Target.setAutoAttach`: tells us of every page, those that pages open too, and lets none begin before it is let go. */
export const watchPages = {
  autoAttach: true,
  waitForDebuggerOnStart: true,
  flatten: true,
  filter: [{ type: 'page' }, { exclude: true }],
};

const attached = v.object({ sessionId: v.string(), targetInfo: v.object({ targetId: v.string() }) });
const detached = v.object({ sessionId: v.string() });
const paused = v.object({
  requestId: v.string(),
  frameId: v.string(),
  request: v.object({ url: v.string(), method: v.string() }),
});

/**
 * Holds back, in every page, documents requested from the Redirect URL, before a name is looked up or a connection
 * made: the awaited request is taken to this computer, the others go on untouched. No other request comes into sight.
 * (Playwright's `page.route` would not do: it does not see a request that comes from a redirect.)
 */
export function intercept(answering: Answering, watcher: Watcher): OnEvent {
  const redirectUrl = new URL(answering.redirectUrl);
  const pages = new Map<string, string>();

  const begin = async (send: Send, session: string): Promise<void> => {
    const patterns = [{ urlPattern: patternOf(redirectUrl), resourceType: 'Document', requestStage: 'Request' }];
    const holdingBack = await send('Fetch.enable', { patterns }, session);
    // A page where that fails stands still for good.
    if (!holdingBack.ok) return;
    await send('Runtime.runIfWaitingForDebugger', {}, session);
    watcher.pageReady(session);
  };

  const decide = async (send: Send, session: string, { requestId, frameId, request }: v.InferOutput<typeof paused>) => {
    const query = queryOfRedirect({ ...request, frameId }, pages.get(session), redirectUrl);
    if (query === null || !answering.matches(query)) {
      await send('Fetch.continueRequest', { requestId }, session);
      return;
    }
    // Not answered with a 302: a page whose `form-action` policy names the Redirect URL alone would block that.
    await send('Fetch.failRequest', { requestId, errorReason: 'Aborted' }, session);
    await send('Page.navigate', { url: answering.forwardTo(query) }, session);
  };

  return ({ method, params, sessionId }, send) => {
    if (method === 'Target.attachedToTarget' && v.is(attached, params)) {
      pages.set(params.sessionId, params.targetInfo.targetId);
      void begin(send, params.sessionId);
    } else if (method === 'Target.detachedFromTarget' && v.is(detached, params)) {
      if (pages.delete(params.sessionId) && pages.size === 0) watcher.noPageLeft();
    } else if (method === 'Fetch.requestPaused' && sessionId !== undefined && v.is(paused, params)) {
      void decide(send, sessionId, params);
    }
  };
}
