export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Why the request must not be sent to TikTok Shop. Contains none of its values. */
  readonly refused?: string;
}

export interface VendorFailure {
  readonly code: number;
  readonly message: string;
}

/**
 * The demo's failures, in TikTok Shop's exact words ("Common errors" in its Partner Center documentation, and live
 * answers published by sellers and developers). None is invented: a request without a documented answer is refused.
 */
export const failures = {
  'invalid-auth-code': { code: 36004004, message: 'invalid auth code' },
  // One second-hand report.
  'invalid-app-key': { code: 36004201, message: 'Invalid app_key' },
  'scope-missing': {
    code: 105005,
    message:
      'Access denied. The app is not authorized to access the endpoint because the access scopes granted for the app or the access token do not contain the required access scope for the endpoint.',
  },
  'sign-invalid': { code: 106001, message: 'Invalid credentials. The `sign` query parameter is invalid.' },
  'sign-missing': {
    code: 36009004,
    message: 'Missing credentials. The request does not include a required signature in the query.',
  },
  'token-unknown': { code: 36009004, message: 'Invalid credentials. The `x-tts-access-token` header is invalid.' },
  'app-key-refused': { code: 36009004, message: 'Invalid credentials. Invalid `app_key` query parameter.' },
  'clock-behind': {
    code: 36009004,
    message:
      'Invalid timestamp. The value of the `timestamp` query parameter must not be earlier than 5 minutes before the current time.',
  },
  'clock-ahead': {
    code: 36009004,
    message:
      'Invalid timestamp. The value of the `timestamp` query parameter must not exceed the current time by more than 30 seconds.',
  },
  'token-malformed': { code: 36009005, message: 'access_token header is invalid' },
} as const satisfies Record<string, VendorFailure>;

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

/** Refuses a request whose answer isn't documented, in plain text that can't be mistaken for TikTok Shop's answer. */
export function refuse(why: string, { status = 400, text = `simulated TikTok Shop: ${why}` } = {}): Reply {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `${text}\n`, refused: why };
}

/** Refuses parameters that aren't in `known`, and requires a value for those in `needed`. */
export function refuseParameters(
  query: URLSearchParams,
  known: readonly string[],
  needed: readonly string[],
): Reply | null {
  const unknown = [...query.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) return refuse(`this endpoint has no parameter ${unknown}`);
  const missing = needed.find((name) => !query.get(name));
  return missing === undefined ? null : refuse(`${missing} is missing`);
}

export const redirect = (status: 302 | 303, location: string): Reply => ({ status, headers: { location }, body: '' });

function json(status: number, body: Record<string, unknown>): Reply {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) };
}
