import type { Reply } from '../../src/simulator/answers.ts';
import type { Received } from '../../src/simulator/received.ts';

/** A request with its answer. Holds what was sent, secrets too: never print it. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** TikTok Shop's clock: milliseconds since 1970. */
  readonly at: number;
  /** `status` is 0 while there is no answer. `code` is TikTok Shop's. */
  answered: { readonly status: number; readonly code?: number };
}

/** A request that nobody would send to TikTok Shop, and why. Holds no value that was sent. */
export interface UnexpectedRequest {
  readonly method: string;
  readonly path: string;
  readonly why: string;
}

export interface RequestLog {
  readonly requests: readonly LoggedRequest[];
  readonly unexpected: readonly UnexpectedRequest[];
  /** Logs a request at once; call the result with its answer. */
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
