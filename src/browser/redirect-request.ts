/** A request for a document that the browser holds back until it is told what to do with it. */
export interface HeldRequest {
  readonly url: string;
  readonly method: string;
  /** The frame that would show the document. */
  readonly frameId: string;
}

/**
 * The query of a request that is TikTok Shop's answer: a GET by the page itself (not by a frame inside it) of exactly
 * the Redirect URL's origin and path. `null` for any other request, which must pass untouched.
 *
 * A page's target id is the id of its main frame (chromium/src: content/browser/devtools/protocol/target_handler.cc).
 */
export function queryOfRedirect(
  request: HeldRequest,
  pageId: string | undefined,
  redirectUrl: URL,
): URLSearchParams | null {
  if (request.method !== 'GET' || request.frameId !== pageId || !URL.canParse(request.url)) return null;
  const { origin, pathname, searchParams } = new URL(request.url);
  return origin === redirectUrl.origin && pathname === redirectUrl.pathname ? searchParams : null;
}

/**
 * The one pattern of requests that the browser holds back. In it `*`, `?` and `\` are special (Chrome DevTools
 * Protocol, `Fetch.RequestPattern`); any query may follow the Redirect URL's path.
 */
export function patternOf(redirectUrl: URL): string {
  return `${(redirectUrl.origin + redirectUrl.pathname).replace(/[*?\\]/g, '\\$&')}*`;
}
