import * as v from 'valibot';
import { defined } from '../ground/defined.ts';
import { fail, type Failure } from '../ground/errors.ts';
import type { HttpAnswer } from '../ground/io.ts';
import { parseJson } from '../ground/parse-json.ts';
import type { Secret } from '../ground/secret.ts';
import { readFailure, shownId, type Refusal } from './failures.ts';

/**
 * The result of a request to TikTok Shop. `retryAfter`: in how many seconds to try again, if it's worth waiting.
 * `refreshToken`: the new one in a response that is otherwise unusable. The one that was sent may no longer work.
 */
export type Answer<T> =
  | { readonly ok: true; readonly value: T; readonly requestId?: string }
  | { readonly ok: false; readonly failure: Failure; readonly retryAfter?: number; readonly refreshToken?: Secret };

/** `now`: when the response arrived, in milliseconds since 1970. */
interface RequestContext extends Pick<Refusal, 'host' | 'secrets'> {
  readonly hostname: string;
  readonly now: number;
}

/** The value in `data`, or a few words about what is there instead. */
export type Reading<T> = { readonly value: T } | { readonly what: string; readonly refreshToken?: Secret | undefined };

export type ReadData<T> = (data: unknown, now: number) => Reading<T>;

type Answered = Extract<HttpAnswer, { answered: true }>;

/** Reads anything that isn't an object as an empty one. */
const Envelope = v.fallback(
  v.object({
    code: v.fallback(v.optional(v.union([v.number(), v.string()])), undefined),
    message: v.fallback(v.optional(v.string(), ''), ''),
    request_id: v.fallback(v.optional(v.string()), undefined),
    data: v.optional(v.unknown()),
  }),
  { message: '' },
);

/**
 * Reads TikTok Shop's response. Goes by the `code` in its JSON, because some failures come as HTTP 200. Without a code,
 * only tokens, the IP allowlist's message, and the statuses 429 and 503 are understood. Any other response is
 * `answer-unreadable` and is never quoted. Source: TikTok Shop Partner Center docs, "Common errors".
 */
export function readAnswer<T>(answer: Answered, context: RequestContext, read: ReadData<T>): Answer<T> {
  const { code: given, message, request_id: requestId, data } = v.parse(Envelope, parseJson(answer.body));
  const reading = read(data, context.now);
  // Accepts tokens without a code, because they can't be requested again.
  const areTokens = 'value' in reading ? context.host === 'auth' : reading.refreshToken !== undefined;
  if (given === undefined && !areTokens) return withoutCode(answer, context, message);
  const code = String(given ?? 0).trim();
  if (!/^0+$/.test(code)) return refused(answer, context, { code, message, requestId });
  const shown = shownId(requestId, context.secrets);
  if ('value' in reading) return { ok: true, value: reading.value, ...defined({ requestId: shown }) };
  const { what, refreshToken } = reading;
  return { ...unreadable(answer, context, what, shown), ...defined({ refreshToken }) };
}

type Failed = Extract<Answer<never>, { ok: false }>;

const longestWaitSeconds = 10;

function refused(
  { status, headers }: Answered,
  { host, now, secrets }: RequestContext,
  said: Pick<Refusal, 'code' | 'message' | 'requestId'>,
): Failed {
  const retryAfter = readRetryAfter(headers['retry-after'], Date.parse(headers['date'] ?? '') || now);
  const failure = readFailure({ host, status, ...said, retryAfter, secrets });
  const maySoonRetry = failure.code === 'rate-limited' && (retryAfter ?? Infinity) <= longestWaitSeconds;
  return { ok: false, failure, ...(maySoonRetry ? defined({ retryAfter }) : {}) };
}

function unreadable({ status }: Answered, { hostname }: RequestContext, what: string, requestId?: string): Failed {
  return { ok: false, failure: fail('answer-unreadable', { host: hostname, status, what }, { requestId }) };
}

/** 429 means the rate limit and 503 overload, whatever the body says (Partner Center docs, "Rate limits"). */
function withoutCode(answer: Answered, context: RequestContext, message: string): Failed {
  const { status, body } = answer;
  const refusal = refused(answer, context, { code: '', message });
  if (refusal.failure.code === 'ip-not-allowed') return refusal;
  if (status !== 429 && status !== 503) return unreadable(answer, context, describeBody(status, body));
  return refused(answer, context, { code: String(status), message: '' });
}

function describeBody(status: number, body: string): string {
  if (status >= 300 && status < 400) return 'a redirect';
  const text = body.trim();
  if (text === '') return 'nothing at all';
  if (text.startsWith('<')) return 'a web page';
  if (parseJson(body) !== undefined) return 'JSON in another format';
  return /^[{[]/.test(text) ? 'incomplete or damaged JSON' : 'text that isn’t JSON';
}

/** Returns seconds after `now`; `undefined` if invalid or more than a day. Source: RFC 9110 sections 10.2.3, 5.6.7. */
export function readRetryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  const date = text.endsWith('GMT') ? Date.parse(text) : Number.NaN;
  const seconds = /^\d+$/.test(text) ? Number(text) : Math.max(0, Math.ceil((date - now) / 1000));
  return seconds <= 86_400 ? seconds : undefined;
}
