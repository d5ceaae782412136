import type { NoAnswer, NoAnswerReason } from '../ground/io.ts';
import { codeOf } from '../ground/system-error.ts';

/** Why no connection was made, if that is known more precisely than from the system's error. */
export class ConnectError extends Error {
  readonly why: NoAnswer;

  constructor(why: NoAnswer) {
    super(why.detail);
    this.why = why;
  }
}

/** Why a connection could not be made or was lost, by the error's code, because messages may contain addresses. */
export function explainError(thrown: unknown): NoAnswer {
  if (thrown instanceof ConnectError) return thrown.why;
  const code = lastCodeOf(thrown);
  const reason = code === undefined ? undefined : (reasons[code] ?? reasonByFamily(code));
  return { reason: reason ?? 'connection-lost', detail: code ?? 'the connection failed' };
}

/** With several addresses, the last failure is the most informative; a missing address family isn't. */
function lastCodeOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof AggregateError)) return codeOf(thrown);
  const codes = thrown.errors.map(codeOf).filter((code) => code !== undefined);
  return codes.findLast((code) => reasons[code] !== 'unreachable') ?? codes.at(-1);
}

function reasonByFamily(code: string): NoAnswerReason | undefined {
  if (code.startsWith('EAI_')) return 'dns';
  if (/^(?:ERR_SSL_|ERR_TLS_|CERT_|CRL_|ERR_OSSL_)/u.test(code)) return 'tls';
  return undefined;
}

const reasons: Readonly<Record<string, NoAnswerReason>> = {
  ENOTFOUND: 'dns',
  ENODATA: 'dns',
  ESERVFAIL: 'dns',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  // The answer of a local firewall.
  EACCES: 'unreachable',
  EPERM: 'unreachable',
  ETIMEDOUT: 'timeout',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls-wrong-name',
  // Often because this computer's clock is wrong.
  CERT_HAS_EXPIRED: 'tls-date',
  CERT_NOT_YET_VALID: 'tls-date',
  // The codes of X509_verify_cert that mean "no trusted issuer".
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls-untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls-untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'tls-untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls-untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls-untrusted',
  CERT_UNTRUSTED: 'tls-untrusted',
  CERT_REJECTED: 'tls-untrusted',
  INVALID_CA: 'tls-untrusted',
  EPROTO: 'tls',
  HPE_HEADER_OVERFLOW: 'answer-too-large',
  UND_ERR_HEADERS_OVERFLOW: 'answer-too-large',
};
