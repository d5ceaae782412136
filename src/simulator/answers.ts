import type { VendorFailure } from './failures.ts';

/** What goes back to the client. `no-answer`: the connection is cut. */
export type Answer = Reply | 'no-answer';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** TikTok Shop's code, where the body is its JSON. */
  readonly code?: number;
  /** Why no TikTok Shop would be asked this; the request counts as unexpected. Holds no value that was sent. */
  readonly refused?: string;
  /** What was odd about the request without being refused. Holds no value that was sent. */
  readonly note?: string;
}

/** A success in TikTok Shop's envelope. */
export function success(message: string, data: unknown, requestId: string): Reply {
  return json(200, { code: 0, message, data, request_id: requestId });
}

/** A failure of a token endpoint: HTTP 200, and the code tells (live answers carry no `data`). */
export function authFailure({ code, message }: VendorFailure, requestId: string): Reply {
  return json(200, { code, message, request_id: requestId });
}

/** A failure of the signed API: HTTP 401 with `data: null` (live answers), 429 for the rate limit. */
export function apiFailure(
  { code, message }: VendorFailure,
  requestId: string,
  { status = 401, headers = {} }: { status?: number; headers?: Record<string, string> } = {},
): Reply {
  return json(status, { code, message, data: null, request_id: requestId }, headers);
}

/**
 * For a request that the real TikTok Shop is not known to answer in any certain way. It gets plain text that no client
 * can take for TikTok Shop's, and is kept in the simulator's list of unexpected requests.
 */
export function refuse(why: string, { status = 400, text = `simulated TikTok Shop: ${why}` } = {}): Reply {
  return { status, headers: plain, body: `${text}\n`, refused: why };
}

/** The answer to any path or method that is not there (seen at the token endpoints for POST). */
export function notFound(why: string): Reply {
  return refuse(why, { status: 404, text: '404 page not found' });
}

/** What a gateway in front of a service that is down says. */
export function badGateway(): Reply {
  const body = '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n';
  return { status: 502, headers: { 'content-type': 'text/html' }, body };
}

export function redirect(status: 302 | 303, location: string, note?: string): Reply {
  return { status, headers: { location }, body: '', ...(note === undefined ? {} : { note }) };
}

const plain = { 'content-type': 'text/plain; charset=utf-8' };

function json(
  status: number,
  body: { readonly code: number } & Record<string, unknown>,
  headers: Record<string, string> = {},
): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
    code: body.code,
  };
}
