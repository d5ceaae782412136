import type { IncomingMessage } from 'node:http';
import { refuse, type Reply } from './answers.ts';

/** One complete request. */
export interface Received {
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** More than any request of the program or of the pages needs. */
const largestBody = 64 * 1024;

/** Reads a request. Rejects when the client disconnects or the body is too large. */
export async function receive(request: IncomingMessage): Promise<Received> {
  const { headersDistinct, method = '', url = '' } = request;
  let body = '';
  for await (const chunk of request.setEncoding('utf8') as AsyncIterable<string>) {
    body += chunk;
    if (body.length > largestBody) throw new Error('The body is too large.');
  }
  const headers = Object.fromEntries(
    Object.entries(headersDistinct).map(([name, values]) => [name, (values ?? []).join(', ')]),
  );
  const [path = '', query = ''] = url.split(/\?(.*)/s);
  return { method, path, query: new URLSearchParams(query), headers, body };
}

/** Refuses parameters that aren't in `known`, and requires a value for those in `needed`. */
export function refuseParameters(
  { query }: Received,
  known: readonly string[],
  needed: readonly string[],
): Reply | null {
  const unknown = [...query.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) return refuse(`a parameter that this endpoint does not have: ${unknown}`);
  const missing = needed.find((name) => !query.get(name));
  return missing === undefined ? null : refuse(`${missing} is missing`);
}
