import { codeOf as systemCodeOf, fail } from '../../ground/errors.ts';
import type { DatabaseAddress } from './address.ts';

const codeOf = (error: unknown): string => systemCodeOf(error) ?? '';

/** An SQLSTATE has five characters. So do some of Node's codes, which all begin with `E`. */
const isSqlState = (code: string): boolean => /^[0-9A-Z]{5}$/.test(code) && !code.startsWith('E');

/** Whether another statement got in the way: a serialization failure, a deadlock, or a duplicate. */
export const mayRepeat = (error: unknown): boolean =>
  ['40001', '40P01', '23505', '42P06', '42P07'].includes(codeOf(error));

/** Whether there is no connection, or none anymore, so that the statement may have run or not. */
export function isConnectionLoss(error: unknown): boolean {
  const code = codeOf(error);
  // Connection exceptions, too many connections, shutdowns and internal errors (PostgreSQL, appendix A).
  return !isSqlState(code) || /^(08|53300|57P|XX)/.test(code);
}

/** Matches error codes, and messages about a server without TLS or an unreadable sslrootcert file. */
const tlsProblem =
  /^(DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|CERT_|ERR_TLS_|ERR_SSL_|HOSTNAME_MISMATCH|EPROTO$)|does not support SSL|, (open '|read$)/;

/** Converts a database error to a failure. Returns the server's errors about bugs, such as invalid SQL, unchanged. */
export function databaseFailure(error: unknown, { location: store }: DatabaseAddress): Error {
  const code = codeOf(error);
  // If a host has several addresses, Node's error for all of them has an empty message.
  const message = (error instanceof Error && error.message) || code || 'unknown';
  // The messages of system errors already contain the code.
  const detail = code === '' || message.includes(code) ? message : `${message}, ${code}`;
  const cause = { cause: error };
  if (tlsProblem.test(code) || tlsProblem.test(message)) {
    const offersNone = message.includes('does not support SSL');
    return fail('database-tls', { store, detail: offersNone ? 'the server offers no TLS' : detail }, cause);
  }
  if (code === '25006') return fail('database-read-only', { store }, cause);
  if (/^(28|3D000|42501|0LP|42704|42703)/.test(code) || isWithoutSchema(error))
    return fail('database-refused', { store, detail }, cause);
  // A missing password causes a SASL error in the client library. For a wrong one, the server sends an SQLSTATE.
  if (message.startsWith('SASL')) return fail('database-refused', { store, detail: 'a password is needed' }, cause);
  // Besides lost connections: insufficient resources, unavailable locks, statement timeouts, system errors.
  const isDown = /^(08|53|55|57|58|XX)/.test(code);
  if (isSqlState(code) && !isDown) return error instanceof Error ? error : new Error(message, cause);
  return fail('database-unreachable', { store, detail }, cause);
}

/** Whether the error, or its cause if it has one, says that the schema or one of its tables doesn't exist. */
export const isWithoutSchema = (error: unknown): boolean =>
  ['3F000', '42P01'].includes(codeOf(error instanceof Error && error.cause ? error.cause : error));
