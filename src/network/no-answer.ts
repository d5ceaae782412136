import { codeOf } from '../ground/errors.ts';
import type { NoAnswer, NoAnswerReason } from '../ground/io.ts';

/** An error whose reason is already known. */
export class NoAnswerError extends Error {
  readonly why: NoAnswer;

  constructor(why: NoAnswer) {
    super(why.detail);
    this.why = why;
  }
}

/** Explains why a connection failed or was lost. Uses only the error's code: its message may contain addresses. */
export function explainError(thrown: unknown): NoAnswer {
  if (thrown instanceof NoAnswerError) return thrown.why;
  const code = lastCodeOf(thrown);
  return { reason: reasonOf(code) ?? 'connection-lost', detail: code ?? 'the connection failed' };
}

/** If several addresses failed, the last error says the most, unless that address was unreachable. */
function lastCodeOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof AggregateError)) return codeOf(thrown);
  const codes = thrown.errors.map(codeOf).filter((code) => code !== undefined);
  return codes.findLast((code) => reasonOf(code) !== 'unreachable') ?? codes.at(-1);
}

const reasonOf = (code = ''): NoAnswerReason | undefined => reasons.find(([codes]) => codes.test(code))?.[1];

/** The first match wins. */
const reasons: readonly (readonly [codes: RegExp, reason: NoAnswerReason])[] = [
  [/^(?:ENOTFOUND|ENODATA|ESERVFAIL|EAI_)/u, 'dns'],
  [/^ECONNREFUSED$/u, 'refused'],
  // A local firewall can cause EACCES or EPERM.
  [/^(?:E(?:HOST|NET)(?:UNREACH|DOWN)|EADDRNOTAVAIL|EACCES|EPERM)$/u, 'unreachable'],
  [/^(?:EMFILE|ENFILE|ENOMEM|ENOBUFS)$/u, 'limit'],
  [/^ETIMEDOUT$/u, 'timeout'],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/u, 'tls-wrong-name'],
  // This is often because this computer's clock is wrong.
  [/^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)$/u, 'tls-date'],
  // OpenSSL's codes for an issuer that isn't trusted.
  [
    /SELF_SIGNED_CERT|^UNABLE_TO_(?:GET_ISSUER|VERIFY_LEAF)|^CERT_(?:UNTRUSTED|REJECTED)$|^INVALID_CA$/u,
    'tls-untrusted',
  ],
  [/^(?:EPROTO$|ERR_(?:SSL|TLS|OSSL)_|CERT_|CRL_)/u, 'tls'],
  [/_HEADERS?_OVERFLOW$/u, 'answer-too-large'],
];
