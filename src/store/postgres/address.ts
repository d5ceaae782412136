import type { ClientConfig } from 'pg';
import type { Env } from '../../ground/env.ts';
import { fail } from '../../ground/errors.ts';
import { isLoopback } from '../../ground/loopback.ts';
import { Secret } from '../../ground/secret.ts';

/** Modes of libpq (PostgreSQL documentation, 34.19.1). `require` encrypts without checking the server's identity. */
const sslModes = ['disable', 'require', 'verify-ca', 'verify-full'] as const;

type SslMode = (typeof sslModes)[number];

/** `host`: a name, an IP address or a socket's directory. The client library has a default for each undefined value. */
export interface DatabaseAddress extends Readonly<Pick<ClientConfig, 'host' | 'port' | 'database' | 'user'>> {
  /** Without user, password and parameters, for messages. */
  readonly location: string;
  readonly password: Secret | undefined;
  readonly sslMode: SslMode;
  /** The path of the server's root certificate. By default, Node's certificate authorities are trusted. */
  readonly rootCertificate: string | undefined;
}

/**
 * Reads `postgresql://user:password@host:port/database?sslmode=…&sslrootcert=…&host=/socket/directory`. As in libpq,
 * `user`, `password`, `port` and `dbname` can be parameters too. By default, TLS is fully verified, or off for a server
 * on this computer. `PGHOST` replaces a missing host.
 * @throws Failure usage, without the address, which may contain a password
 */
export function readAddress(text: string, env: Env): DatabaseAddress {
  const url = parseUrl(text);
  const { searchParams: parameters } = url;
  const named = url.hostname === noHost ? '' : decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, '$1');
  const host = [named, parameters.get('host'), env['PGHOST']].find(Boolean) ?? '';
  const database = decodeURIComponent(url.pathname.slice(1)) || (parameters.get('dbname') ?? '');
  const password = decodeURIComponent(url.password) || (parameters.get('password') ?? '');
  const root = parameters.get('sslrootcert');
  const port = portOf(url);
  const shown = host.startsWith('/') ? encodeURIComponent(host) : host.includes(':') ? `[${host}]` : host;
  return {
    location: `postgresql://${shown}${port && `:${port}`}/${database}`,
    sslMode: sslModeOf(parameters.get('sslmode'), host),
    host: host || undefined,
    port: port === '' ? undefined : Number(port),
    database: database || undefined,
    user: decodeURIComponent(url.username) || (parameters.get('user') ?? '') || undefined,
    password: password === '' ? undefined : new Secret(password),
    // In libpq, `system` means the certificate authorities that the system trusts.
    rootCertificate: root === null || root === 'system' ? undefined : root,
  };
}

/** Empty if the address names no port. */
const portOf = ({ port, searchParams }: URL): string => port || (searchParams.get('port') ?? '');

const noHost = 'no-host.invalid';

function parseUrl(text: string): URL {
  try {
    // `user@/database` has no host, but a URL with a user must have one.
    const url = new URL(text.replace(/^([a-z]+:\/\/[^/@?]+@)(?=[/:?]|$)/i, `$1${noHost}`));
    decodeURIComponent(url.hostname + url.pathname + url.username + url.password);
    // An unencoded `/`, `#` or `?` makes part of a password look like a port or a database, which messages show.
    const others = [url.pathname, url.hash, ...url.searchParams.keys()];
    if (others.some((part) => part.includes('@'))) throw new TypeError('its password isn’t encoded');
    const port = portOf(url);
    if (!/^([1-9]\d*)?$/.test(port) || Number(port) > 65_535) throw new TypeError('there is no such port');
    return url;
  } catch {
    throw fail('usage', { problem: 'The store’s address can’t be read. Use the form postgresql://HOST/DATABASE.' });
  }
}

function sslModeOf(given: string | null, host: string): SslMode {
  const isLocal = host === '' || host.startsWith('/') || host === '::1' || isLoopback(host.toLowerCase());
  if (given === null) return isLocal ? 'disable' : 'verify-full';
  const mode = sslModes.find((each) => each === given);
  if (mode !== undefined) return mode;
  throw fail('usage', { problem: `The store’s address has an unknown sslmode. Use one of ${sslModes.join(', ')}.` });
}
