import type { Socket } from 'node:net';

/** A request for a connection that is open, and used for nothing else. */
export interface OpenedRequest {
  readonly socket: Socket;
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/** The head of an answer, and its body as it arrives. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: AsyncIterable<Buffer>;
}

/** Sends a request and reads the answer's head. Rejects if the connection ends before that. */
export type Exchange = (request: OpenedRequest) => Promise<RawAnswer>;
