import { startServer, type Answer } from '../browser/servers.ts';

/** Returns the pages of TikTok Shop that lead to the Redirect URL, beginning with `/authorize`. */
export type Leaving = (redirectedTo: string) => Readonly<Record<string, Answer>>;

/**
 * Starts a proxy in front of a simulator whose seller approves at once. `leaving` decides how the page leads to the
 * Redirect URL; the simulator answers everything else. Returns the proxy's origin.
 */
export async function startProxy(simulator: string, leaving: Leaving): Promise<string> {
  let leavingPages: Readonly<Record<string, Answer>> = {};
  const passOn: Answer = (request, response) => {
    const { method = 'GET', headers, url = '/' } = request;
    const token = headers['x-tts-access-token'];
    void (async () => {
      const answer = await fetch(simulator + url, {
        method,
        redirect: 'manual',
        headers: {
          'content-type': 'application/json',
          ...(token === undefined ? {} : { 'x-tts-access-token': String(token) }),
        },
      });
      const location = answer.headers.get('location');
      if (location === null) {
        response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
        response.end(await answer.text());
        return;
      }
      leavingPages = leaving(location);
      leavingPages['/authorize']?.(request, response);
    })();
  };
  const paths = Object.keys(leaving('')).filter((path) => path !== '/authorize');
  const pages = paths.map((path): [string, Answer] => [
    path,
    (request, response) => {
      leavingPages[path]?.(request, response);
    },
  ]);
  const { origin } = await startServer({
    ...Object.fromEntries(pages),
    '/open/authorize': passOn,
    '/api/v2/token/get': passOn,
    '/authorization/202309/shops': passOn,
  });
  return origin;
}
