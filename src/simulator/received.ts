import type { IncomingMessage } from 'node:http';
import { refuse, type Reply } from './answers.ts';

/** One complete request. */
export interface Received {
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  /** Decoded. */
  readonly query: ReadonlyMap<string, string>;
  /** The fields of a submitted form. */
  readonly form: ReadonlyMap<string, string>;
  /** Names of query parameters that occur more than once. */
  readonly repeated: readonly string[];
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** More than any request of the program or of the pages needs. */
const largestBody = 64 * 1024;

/** Reads a request. Rejects when the client disconnects or the body is too large. */
export async function receive(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBody) throw new Error('The body is too large.');
    chunks.push(chunk);
  }
  return parse(request, Buffer.concat(chunks).toString('utf8'));
}

function parse({ headersDistinct, method = 'GET', url = '/' }: IncomingMessage, body: string): Received {
  const headers = Object.fromEntries(
    Object.entries(headersDistinct).map(([name, values]) => [name, (values ?? []).join(', ')]),
  );
  const [path = '', ...rest] = url.split('?');
  const query = new URLSearchParams(rest.join('?'));
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  return {
    method,
    path,
    query: new Map(query),
    form: new Map(new URLSearchParams(isForm ? body : '')),
    repeated: [...new Set([...query.keys()].filter((name) => query.getAll(name).length > 1))],
    headers,
    body,
  };
}

/** Refuses parameters that aren't in `known`, and requires a value for those in `needed`. */
export function refuseParameters(
  { query }: Received,
  known: readonly string[],
  needed: readonly string[],
): Reply | null {
  const unknown = [...query.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) return refuse(`a parameter that this endpoint does not have: ${unknown}`);
  const missing = needed.find((name) => (query.get(name) ?? '') === '');
  return missing === undefined ? null : refuse(`${missing} is missing`);
}
