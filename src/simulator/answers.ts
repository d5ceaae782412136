import type { VendorFailure } from './failures.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Why this must not be sent to TikTok Shop. Contains no sent value. */
  readonly refused?: string;
}

/** A success in TikTok Shop's envelope. */
export function success(message: string, data: unknown, requestId: string): Reply {
  return json(200, { code: 0, message, data, request_id: requestId });
}

/** A failure of a token endpoint: HTTP 200 with a code, and no `data` (seen in live answers). */
export function authFailure({ code, message }: VendorFailure, requestId: string): Reply {
  return json(200, { code, message, request_id: requestId });
}

/** A failure of the signed API: HTTP 401 with `data: null` (seen in live answers). */
export function apiFailure({ code, message }: VendorFailure, requestId: string): Reply {
  return json(401, { code, message, data: null, request_id: requestId });
}

/**
 * For a request whose real answer isn't documented. It gets plain text that no client can mistake for TikTok Shop's
 * answer.
 */
export function refuse(why: string, { status = 400, text = `simulated TikTok Shop: ${why}` } = {}): Reply {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `${text}\n`, refused: why };
}

export function redirect(status: 302 | 303, location: string): Reply {
  return { status, headers: { location }, body: '' };
}

function json(status: number, body: Record<string, unknown>): Reply {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) };
}
