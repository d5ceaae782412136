import { page, redirect, startServer, type Answer } from '../browser/servers.ts';

/** How TikTok Shop's page gets to the Redirect URL: the answers of its pages, `/authorize` the first of them. */
export type Leaving = (redirectedTo: string) => Readonly<Record<string, Answer>>;

const script = (code: string): Answer => page(`<script>${code}</script>`);
const submitted = page('<form method="post" action="/go"></form><script>document.forms[0].submit()</script>');

/** The ways of a page to get there that are not the simulator's own. */
export const leavings: Readonly<Record<string, Leaving>> = {
  'by script': (to) => ({ '/authorize': script(`location.replace(${JSON.stringify(to)})`) }),
  'by the answer to a form that is posted': (to) => ({ '/authorize': submitted, '/go': redirect(to, 303) }),
  'by a frame that moves the whole page': (to) => ({
    '/authorize': page('<iframe src="/frame"></iframe>'),
    '/frame': script(`top.location.href = ${JSON.stringify(to)}`),
  }),
  'by a chain of redirects': (to) => ({
    '/authorize': redirect('/one', 301),
    '/one': redirect('/two', 307),
    '/two': redirect(to),
  }),
};

/**
 * Stands before a simulator whose seller approves at once: the way to the Redirect URL is `leaving`'s, and everything
 * else is the simulator's own. Gives the origin.
 */
export async function startFront(simulator: string, leaving: Leaving): Promise<string> {
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
  const own = paths.map((path): [string, Answer] => [
    path,
    (request, response) => {
      leavingPages[path]?.(request, response);
    },
  ]);
  const { origin } = await startServer({
    ...Object.fromEntries(own),
    '/open/authorize': passOn,
    '/api/v2/token/get': passOn,
    '/authorization/202309/shops': passOn,
  });
  return origin;
}
