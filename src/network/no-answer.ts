import type { NoAnswerReason } from '../ground/io.ts';

export interface NoAnswer {
  readonly reason: NoAnswerReason;
  /** The system's code or one plain phrase; never an address. */
  readonly detail: string;
}

/** Why a connection could not be made or was lost, by the code of what was thrown; messages may carry addresses. */
export function explainError(thrown: unknown): NoAnswer {
  const code = codeOf(thrown);
  const reason = code === undefined ? undefined : (reasons.get(code) ?? reasonByFamily(code));
  return { reason: reason ?? 'connection-lost', detail: code ?? 'the connection failed' };
}

/** The same for an attempt to reach the host through a proxy: what is not about the host's certificate is the proxy's. */
export function explainProxyError(thrown: unknown): NoAnswer {
  const status = thrown instanceof Error ? /^Proxy response \((\d{3})\)/u.exec(thrown.message)?.[1] : undefined;
  if (status !== undefined) return { reason: 'proxy', detail: `proxy answered ${status}` };
  const { reason, detail } = explainError(thrown);
  if (reason.startsWith('tls')) return { reason, detail };
  return { reason: 'proxy', detail: `no tunnel through the proxy: ${detail}` };
}

/** Of several addresses tried, the one that failed last says most; an address family that is missing says nothing. */
function codeOf(thrown: unknown): string | undefined {
  if (thrown instanceof AggregateError) {
    const codes = thrown.errors.map(codeOf).filter((code) => code !== undefined);
    return codes.findLast((code) => reasons.get(code) !== 'unreachable') ?? codes.at(-1);
  }
  if (typeof thrown !== 'object' || thrown === null) return undefined;
  const { code, cause } = thrown as { code?: unknown; cause?: unknown };
  const inner = code === 'UND_ERR_PRX_TLS' ? codeOf(cause) : undefined;
  return inner ?? (typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/u.test(code) ? code : undefined);
}

function reasonByFamily(code: string): NoAnswerReason | undefined {
  if (code.startsWith('EAI_')) return 'dns';
  if (/^(?:ERR_SSL_|ERR_TLS_|CERT_|CRL_|ERR_OSSL_)/u.test(code)) return 'tls';
  return undefined;
}

const reasons: ReadonlyMap<string, NoAnswerReason> = new Map<string, NoAnswerReason>([
  ['ENOTFOUND', 'dns'],
  ['ENODATA', 'dns'],
  ['ESERVFAIL', 'dns'],
  ['ECONNREFUSED', 'refused'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['EHOSTDOWN', 'unreachable'],
  ['ENETDOWN', 'unreachable'],
  ['EADDRNOTAVAIL', 'unreachable'],
  // A local firewall's answer.
  ['EACCES', 'unreachable'],
  ['EPERM', 'unreachable'],
  ['ETIMEDOUT', 'timeout'],
  ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls-wrong-name'],
  // The codes of X509_verify_cert that mean "no trusted issuer"; an expired certificate is not among them.
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls-untrusted'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'tls-untrusted'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'tls-untrusted'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls-untrusted'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls-untrusted'],
  ['CERT_UNTRUSTED', 'tls-untrusted'],
  ['CERT_REJECTED', 'tls-untrusted'],
  ['INVALID_CA', 'tls-untrusted'],
  ['EPROTO', 'tls'],
  ['UND_ERR_HEADERS_OVERFLOW', 'answer-too-large'],
]);
