import { defined } from '../ground/defined.ts';
import { fail, type ErrorCode, type Failure, type FailureDetails } from '../ground/errors.ts';
import type { HttpAnswer, NoAnswerReason } from '../ground/io.ts';
import { spellingsOf, type Secret } from '../ground/secret.ts';
import type { Hosts } from './portals.ts';

export type Host = Exclude<keyof Hosts, 'services'>;

/** A response in which TikTok Shop refuses a request. `code` may be empty. `retryAfter` is in seconds. */
export interface Refusal {
  readonly host: Host;
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly requestId?: string | undefined;
  readonly retryAfter?: number | undefined;
  /** The secrets in the request, which TikTok Shop may repeat. */
  readonly secrets: readonly Secret[];
}

/** The error codes whose messages include TikTok Shop's code and message. */
type Meaning = { [C in ErrorCode]: FailureDetails<C> extends { code: string; message: string } ? C : never }[ErrorCode];

/** An omitted host, code or message matches any. */
interface Row {
  readonly host?: Host;
  readonly code?: string;
  readonly message?: RegExp;
  readonly meaning: Meaning;
}

/**
 * What TikTok Shop's refusals mean. The first matching row wins. Rows also match the message if a code has several
 * meanings (36009004) or is known from only one report. Source: TikTok Shop Partner Center docs, "Common errors" (most
 * `api` rows, 36004004, the IP allowlist); public reports of live responses (36004005, 36004001, 105001). 36004201,
 * 105004 and 36009005 were seen in public reports but aren't confirmed.
 */
const rows: readonly Row[] = [
  { message: /\bip\b.*\ballow[- ]?list/i, meaning: 'ip-not-allowed' },
  { host: 'auth', code: '36004004', meaning: 'authorization-code-invalid' },
  { host: 'auth', code: '36004005', meaning: 'refresh-token-unknown' },
  { host: 'auth', code: '36004001', meaning: 'refresh-token-expired' },
  { host: 'auth', code: '36004201', message: /app[_ ]?key/i, meaning: 'app-key-invalid' },
  { host: 'auth', code: '105004', message: /inactive|onboarding|region/i, meaning: 'seller-inactive' },
  { host: 'api', code: '105001', meaning: 'access-token-invalid' },
  { host: 'api', code: '105002', meaning: 'access-token-expired' },
  { host: 'api', code: '105005', meaning: 'scope-missing' },
  { host: 'api', code: '106001', meaning: 'app-secret-mismatch' },
  { host: 'api', code: '106013', meaning: 'shop-cipher-required' },
  { host: 'api', code: '36009002', meaning: 'rate-limited' },
  { host: 'api', code: '36009003', meaning: 'vendor-error' },
  { host: 'api', code: '36009007', meaning: 'vendor-error' },
  { host: 'api', code: '36009004', message: /access[-_]token/i, meaning: 'access-token-invalid' },
  { host: 'api', code: '36009004', message: /invalid\W+app_?key/i, meaning: 'app-key-invalid' },
  { host: 'api', code: '36009004', message: /invalid\W+timestamp/i, meaning: 'clock-wrong' },
  { host: 'api', code: '36009005', message: /access[-_]token/i, meaning: 'access-token-invalid' },
  { host: 'api', code: '36009033', meaning: 'ip-not-allowed' },
];

/** 429 means the rate limit (RFC 6585 section 4). By default, 5xx is TikTok Shop's fault (RFC 9110 section 15.6). */
function meaningOf({ host, status, code, message }: Refusal): Meaning {
  if (status === 429) return 'rate-limited';
  // TikTok Shop's messages are shorter, and searching a longer one could take minutes.
  const said = message.slice(0, 2000);
  const row = rows.find(
    (r) => (r.host ?? host) === host && (r.code ?? code) === code && (r.message === undefined || r.message.test(said)),
  );
  return row?.meaning ?? (status >= 500 ? 'vendor-error' : 'vendor-refused');
}

export function readFailure(refusal: Refusal): Failure {
  const { code, message, requestId, retryAfter, secrets } = refusal;
  const shown = { code: shownId(code, secrets) ?? 'unknown', message: shownText(message, secrets) };
  const details = { ...shown, ...defined({ retryAfter }) };
  return fail(meaningOf(refusal), details, { requestId: shownId(requestId, secrets) });
}

/** Makes TikTok Shop's text safe to show: one line of at most 300 characters, without control characters or secrets. */
export function shownText(text: string, secrets: readonly Secret[]): string {
  const line = withoutSecrets(text, secrets)
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}

/** Makes an error code or a request id safe to show. Returns `undefined` if nothing is left. */
export function shownId(id: string | undefined, secrets: readonly Secret[]): string | undefined {
  const plain = withoutSecrets(id ?? '', secrets).replace(/[^A-Za-z0-9._-]/g, '');
  return plain.slice(0, 64) || undefined;
}

const withoutSecrets = (text: string, secrets: readonly Secret[]): string =>
  spellingsOf(secrets.map((secret) => secret.reveal())).reduce(
    (rest, value) => rest.replaceAll(value, '[secret]'),
    text,
  );

const reasons: Record<Exclude<NoAnswerReason, 'aborted'>, string> = {
  dns: 'its name couldn’t be resolved',
  refused: 'the connection was refused',
  unreachable: 'it can’t be reached from this network',
  limit: 'this computer allows no more open files or has no free memory',
  'tls-untrusted':
    'its certificate isn’t trusted on this computer: a proxy or firewall may be intercepting the connection',
  'tls-wrong-name': 'its certificate doesn’t match its name: a proxy or firewall may be answering in its place',
  'tls-date': 'its certificate isn’t valid on the date of this computer’s clock',
  tls: 'no secure connection could be made',
  proxy: 'the connection through the proxy failed',
  timeout: 'the request timed out',
  'connection-lost': 'the connection was lost',
  'answer-too-large': 'its answer is too large to be TikTok Shop’s',
};

/** `lost`: the error code if the request may have arrived. */
export function noAnswerFailure(
  { reason, sent, detail }: Extract<HttpAnswer, { answered: false }>,
  host: string,
  lost: 'network-failed' | 'exchange-uncertain' = 'network-failed',
): Failure {
  if (reason === 'aborted') return fail('interrupted', {});
  return fail(sent ? lost : 'network-failed', { host, what: reasons[reason], detail, sent });
}
