export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Why such a request must not be sent to TikTok Shop. Contains none of the request's values. */
  readonly refused?: string;
}

/** Returns a success in TikTok Shop's envelope. */
export const success = (message: string, data: unknown, requestId: string): Reply =>
  json(200, { code: 0, message, data, request_id: requestId });

/** Refuses a request whose response isn't documented, in plain text that can't be mistaken for TikTok Shop's. */
export function refuse(why: string, { status = 400, text = `simulated TikTok Shop: ${why}` } = {}): Reply {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `${text}\n`, refused: why };
}

/** Refuses parameters that aren't in `known`, and requires a value for those in `needed`; `null` if all are fine. */
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

export function json(status: number, body: Record<string, unknown>): Reply {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) };
}
