import { setMaxListeners } from 'node:events';
import { validateHeaderValue } from 'node:http';
import type { Socket } from 'node:net';
import { brotliDecompressSync, constants, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { abortWith } from '../ground/abort-with.ts';
import { attempt } from '../ground/attempt.ts';
import { decodeText } from '../ground/decode-text.ts';
import type { Env } from '../ground/env.ts';
import type { Http, HttpAnswer, NoAnswer } from '../ground/io.ts';
import { parseJson } from '../ground/parse-json.ts';
import { openConnection } from './connection.ts';
import { loadExchange, type RawAnswer } from './exchange.ts';
import { explainError, NoAnswerError } from './no-answer.ts';
import { routeTo } from './proxy.ts';

const maxBytes = 1024 * 1024;

/**
 * Opens a connection for each request, so that none is sent twice because of a stale connection, we know whether it was
 * sent, and no idle socket keeps the program running. Node itself loads custom certificate authorities
 * (`NODE_EXTRA_CA_CERTS`). `close` aborts all pending requests.
 */
export function makeHttp({ env, userAgent }: { readonly env: Env; readonly userAgent: string }) {
  const closing = new AbortController();
  // Every pending request adds a listener, and Node would warn about a leak.
  setMaxListeners(0, closing.signal);
  const http: Http = async ({ method, url: address, headers, timeout, signal }) => {
    const limit = abortWith(signal, closing.signal);
    const timer = setTimeout(() => limit.abort(timedOut), timeout);
    const sockets: Socket[] = [];
    const closeSockets = (): void => sockets.forEach((socket) => void socket.destroy());
    limit.signal.addEventListener('abort', closeSockets);
    let sent = false;
    try {
      const url = new URL(address);
      const exchange = await loadExchange();
      const socket = await openConnection(url, routeTo(env, url), { sockets, signal: limit.signal });
      const allHeaders = { 'user-agent': userAgent, 'accept-encoding': 'identity', ...headers };
      for (const [name, value] of Object.entries(allHeaders)) validateHeaderValue(name, value);
      sent = true;
      return await readAnswer(await exchange({ socket, method, url, headers: allHeaders }));
    } catch (thrown) {
      return { answered: false, sent, ...(abortReason(limit.signal, sent, timeout) ?? explainError(thrown)) };
    } finally {
      clearTimeout(timer);
      closeSockets();
      limit.abort();
    }
  };
  return { http, close: (): void => closing.abort() };
}

const timedOut = Symbol('timeout');

function abortReason({ aborted, reason }: AbortSignal, sent: boolean, timeout: number): NoAnswer | undefined {
  if (!aborted) return undefined;
  if (reason !== timedOut) return { reason: 'aborted', detail: 'ended before the answer arrived' };
  return { reason: 'timeout', detail: `${sent ? 'no answer' : 'no connection'} within ${String(timeout)} ms` };
}

async function readAnswer(answer: RawAnswer): Promise<HttpAnswer> {
  const headers = Object.fromEntries(
    Object.entries(answer.headers).map(([name, value]) => [name, [value].flat().join(', ')]),
  );
  const chunks: Buffer[] = [];
  const bodySoFar = (): string => readBody(Buffer.concat(chunks), headers);
  let size = 0;
  try {
    for await (const chunk of answer.body) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge;
      chunks.push(chunk);
    }
  } catch (thrown) {
    // If the connection was lost after a complete JSON document, use that, because tokens can't be requested again.
    if (thrown === tooLarge || typeof parseJson(attempt(bodySoFar, '')) !== 'object') throw thrown;
  }
  return { answered: true, status: answer.status, headers, body: bodySoFar() };
}

const tooLarge = new NoAnswerError({ reason: 'answer-too-large', detail: `more than ${String(maxBytes)} bytes` });

/** Some servers compress even though we don't ask them to. Bytes that can't be decoded become U+FFFD. */
function readBody(bytes: Buffer, headers: Readonly<Record<string, string>>): string {
  const encodings = (headers['content-encoding'] ?? '').toLowerCase().split(/[\s,]+/u);
  const plain = encodings.reduceRight(decompress, bytes);
  return decodeText(plain, /;\s*charset\s*=\s*"?([\w.:-]+)/iu.exec(headers['content-type'] ?? '')?.[1]);
}

/** Also decompresses a body whose last bytes, such as the checksum, are missing, as browsers and curl do. */
const tolerant =
  (decode: typeof inflateSync): typeof inflateSync =>
  (bytes, options) =>
    decode(bytes, { ...options, finishFlush: constants.Z_SYNC_FLUSH });

const gunzip = tolerant(gunzipSync);

const decoders: Readonly<Record<string, readonly (typeof inflateSync)[]>> = {
  // Some servers omit the zlib wrapper that RFC 9110 section 8.4.1.2 requires. Such a body must be complete,
  // because plain text could look like the beginning of one.
  deflate: [tolerant(inflateSync), inflateRawSync],
  br: [brotliDecompressSync],
};

/** Returns the body unchanged if it can't be decompressed as its header says, because it may be plain text. */
function decompress(bytes: Buffer, encoding: string): Buffer {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  for (const decode of isGzip ? [gunzip] : (decoders[encoding] ?? [])) {
    try {
      return decode(bytes, { maxOutputLength: maxBytes });
    } catch (thrown) {
      if (thrown instanceof RangeError) throw tooLarge;
    }
  }
  return bytes;
}
