import type { Received, Reply } from '../../src/simulator/server.ts';

/** A request with its response. Contains the values sent, including secrets, so it must never be printed. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** TikTok Shop's clock: milliseconds since 1970. */
  readonly at: number;
  /** `status` is 0 until there is a response. `code` is TikTok Shop's. */
  answered: { readonly status: number; readonly code?: number };
}

/** A request that must not be sent to TikTok Shop, and why. Contains none of the request's values. */
export interface UnexpectedRequest {
  readonly method: string;
  readonly path: string;
  readonly why: string;
}

export interface RequestLog {
  readonly requests: readonly LoggedRequest[];
  readonly unexpected: readonly UnexpectedRequest[];
  /** Logs a request at once; call the returned function with its response. */
  add(request: Received, at: number): (reply: Reply) => void;
}

export function requestLog(): RequestLog {
  const requests: LoggedRequest[] = [];
  const unexpected: UnexpectedRequest[] = [];
  return {
    requests,
    unexpected,
    add({ method, path, query, headers }, at) {
      const entry: LoggedRequest = {
        ...{ method, path, headers, at },
        query: Object.fromEntries(query),
        answered: { status: 0 },
      };
      requests.push(entry);
      return ({ status, headers: sent, body, refused }) => {
        const isJson = sent['content-type']?.startsWith('application/json') === true;
        entry.answered = { status, ...(isJson ? { code: (JSON.parse(body) as { code: number }).code } : {}) };
        if (refused !== undefined) unexpected.push({ method, path, why: refused });
      };
    },
  };
}
