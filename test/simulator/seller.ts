import { request } from 'node:http';
import { defined } from '../../src/ground/defined.ts';

/** Where the seller's browser ended up. */
export interface SellerOutcome {
  /** The status of the last page. */
  readonly status: number;
  /** The full address that TikTok Shop sent the browser to; `null` if the browser stayed on TikTok Shop's pages. */
  readonly redirectedTo: string | null;
}

/**
 * Acts as the seller's browser: opens the address, signs in, approves or denies, and follows the redirect with a plain
 * GET. It never requests an address outside this computer; a Redirect URL elsewhere is returned but not followed.
 *
 * Rejects if the address isn't the simulator's, if a server can't be reached, or when `signal` aborts.
 */
export async function visitAsSeller(
  authorizationUrl: string,
  decision: 'approve' | 'deny',
  origin: string,
  signal?: AbortSignal,
): Promise<SellerOutcome> {
  if (new URL(authorizationUrl).origin !== origin) throw new Error("The address is not the simulator's.");
  const opened = await follow(await visit(authorizationUrl, signal), origin, signal);
  const ticket = /name="ticket" value="([\w-]+)"/.exec(opened.body)?.[1];
  if (ticket === undefined) return outcome(opened, signal);
  await visit(`${origin}/simulator/sign-in`, signal, new URLSearchParams({ ticket }));
  const decided = await visit(`${origin}/simulator/consent`, signal, new URLSearchParams({ ticket, decision }));
  return outcome(await follow(decided, origin, signal), signal);
}

interface Page {
  readonly status: number;
  readonly location: string | null;
  readonly body: string;
}

/** Follows redirects within the simulator. */
async function follow(page: Page, origin: string, signal: AbortSignal | undefined): Promise<Page> {
  if (page.location === null || new URL(page.location, origin).origin !== origin) return page;
  return follow(await visit(new URL(page.location, origin).href, signal), origin, signal);
}

async function outcome({ status, location }: Page, signal: AbortSignal | undefined): Promise<SellerOutcome> {
  if (location === null) return { status, redirectedTo: null };
  const { protocol, hostname } = new URL(location);
  const isLocal = protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  return { status: isLocal ? (await visit(location, signal)).status : status, redirectedTo: location };
}

/** Makes one request on a new connection, so that none stays open. */
function visit(address: string, signal: AbortSignal | undefined, form?: URLSearchParams): Promise<Page> {
  return new Promise((resolve, reject) => {
    const headers = form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
    const method = form === undefined ? 'GET' : 'POST';
    const outgoing = request(address, { method, headers, agent: false, ...defined({ signal }) }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const location = response.headers.location ?? null;
        resolve({ status: response.statusCode ?? 0, location, body: Buffer.concat(chunks).toString('utf8') });
      });
    });
    outgoing.once('error', reject);
    outgoing.end(form?.toString());
  });
}
