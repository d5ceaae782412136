import type { Readable, Writable } from 'node:stream';
import * as v from 'valibot';

/** What the browser tells by itself. `sessionId` names the page it is about; without it, it is the browser's own. */
export interface ProtocolEvent {
  readonly method: string;
  readonly params: unknown;
  readonly sessionId: string | undefined;
}

/** `why` is the browser's own phrase, or that it has ended. */
export type ProtocolAnswer =
  { readonly ok: true; readonly result: unknown } | { readonly ok: false; readonly why: string };

/** Sends one command of the Chrome DevTools Protocol; never rejects, and settles when the browser ends. */
export type Send = (method: string, params?: object, sessionId?: string) => Promise<ProtocolAnswer>;

export type OnEvent = (event: ProtocolEvent, send: Send) => void;

const message = v.object({
  id: v.optional(v.number()),
  method: v.optional(v.string()),
  params: v.optional(v.unknown()),
  sessionId: v.optional(v.string()),
  result: v.optional(v.unknown()),
  error: v.optional(v.object({ message: v.string() })),
});
type Message = v.InferOutput<typeof message>;

/**
 * Speaks the Chrome DevTools Protocol with a browser that was started with `--remote-debugging-pipe`: JSON messages,
 * each ended by a NUL byte (Chromium, content/browser/devtools/devtools_pipe_handler.cc). No port is open.
 */
export function speakThrough(toBrowser: Writable, fromBrowser: Readable, onEvent: OnEvent): Send {
  const waiting = new Map<number, (answer: ProtocolAnswer) => void>();
  let lastId = 0;
  let ended = false;

  const end = (): void => {
    ended = true;
    for (const settle of waiting.values()) settle(browserEnded);
    waiting.clear();
  };
  const settle = (id: number, { error, result }: Message): void => {
    waiting.get(id)?.(error === undefined ? { ok: true, result } : { ok: false, why: error.message });
    waiting.delete(id);
  };
  const send: Send = (method, params = {}, sessionId) => {
    if (ended) return Promise.resolve(browserEnded);
    const id = ++lastId;
    toBrowser.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((resolve) => waiting.set(id, resolve));
  };

  toBrowser.on('error', end);
  fromBrowser.on('close', end).on('end', end).on('error', end);
  onEachMessage(fromBrowser, (text) => {
    const read = readMessage(text);
    if (read?.id !== undefined) settle(read.id, read);
    else if (read?.method !== undefined)
      onEvent({ method: read.method, params: read.params, sessionId: read.sessionId }, send);
  });
  return send;
}

const browserEnded: ProtocolAnswer = { ok: false, why: 'it has ended' };

/** A message may come in several chunks, and a chunk may hold several messages. */
function onEachMessage(stream: Readable, onMessage: (text: string) => void): void {
  let pieces: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => {
    let start = 0;
    for (let nul = chunk.indexOf(0); nul !== -1; nul = chunk.indexOf(0, start)) {
      const text = Buffer.concat([...pieces, chunk.subarray(start, nul)]).toString('utf8');
      pieces = [];
      start = nul + 1;
      onMessage(text);
    }
    if (start < chunk.length) pieces.push(chunk.subarray(start));
  });
}

function readMessage(text: string): Message | null {
  try {
    const read = v.safeParse(message, JSON.parse(text));
    return read.success ? read.output : null;
  } catch {
    return null;
  }
}
