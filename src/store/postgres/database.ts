import { readFile } from 'node:fs/promises';
import type { ClientConfig } from 'pg';
import Client from 'pg/lib/client.js';
import { defined } from '../../ground/defined.ts';
import type { DatabaseAddress } from './address.ts';
import { databaseFailure, isConnectionLoss, mayRepeat } from './database-failure.ts';

export type Database = Readonly<ReturnType<typeof openDatabase>>;

/** Connects at the first query. @param timeout for connecting and for each statement, in milliseconds */
export function openDatabase(address: DatabaseAddress, timeout = 15_000) {
  let connected: Promise<Client> | undefined;
  const forget = (connection: Promise<Client>): void => {
    // Another statement may have reconnected in the meantime.
    if (connected === connection) connected = undefined;
  };
  return {
    location: address.location,
    /**
     * Runs one statement in its own transaction, because a pooler keeps nothing between transactions. Sends it again if
     * the database rolled it back or, if it is `repeatable`, if a connection that was already open is lost.
     * @throws Failure database-unreachable, database-refused, database-tls, database-read-only; or another error
     */
    async query<Row extends object>(
      text: string,
      values: readonly unknown[] = [],
      repeatable = true,
    ): Promise<readonly Row[]> {
      for (let attempt = 1; ; attempt += 1) {
        const isOpen = connected !== undefined;
        const connection: Promise<Client> = (connected ??= openClient(address, timeout, () => forget(connection)));
        try {
          return (await (await connection).query<Row>(text, [...values])).rows;
        } catch (error) {
          const isLost = isConnectionLoss(error);
          if (isLost) forget(connection);
          const again = mayRepeat(error) || (repeatable && isOpen && isLost);
          if (!again || attempt === 3) throw databaseFailure(error, address);
        }
      }
    },
    /** Doesn't wait for the server to hang up, because the connection wouldn't keep the process running until then. */
    close(): void {
      void connected?.then((client) => client.end()).catch(() => undefined);
    },
  };
}

async function openClient(address: DatabaseAddress, timeout: number, lost: () => void): Promise<Client> {
  const { host, port, database, user, password } = address;
  const client = new Client({
    ...defined({ host, port, database, user, password: password?.reveal() }),
    ssl: await tlsOf(address),
    connectionTimeoutMillis: timeout,
    query_timeout: timeout,
    keepAlive: true,
    // Send statements without waiting for the results of earlier ones.
    pipeline: true,
    application_name: 'ottokit-tiktok',
  });
  client.on('error', lost).on('end', lost);
  await client.connect();
  // An idle connection must not keep the process running. The timer of a running statement does.
  client.unref();
  return client;
}

async function tlsOf({ sslMode, host, rootCertificate }: DatabaseAddress): Promise<ClientConfig['ssl']> {
  if (sslMode === 'disable') return false;
  const ca = rootCertificate === undefined ? undefined : await readFile(rootCertificate, 'utf8');
  // SNI doesn't allow IP addresses (RFC 6066, section 3).
  const servername = host === undefined || /^[\d.:]+$/.test(host) ? undefined : host;
  const checkServerIdentity = sslMode === 'verify-ca' ? () => undefined : undefined;
  return { rejectUnauthorized: sslMode !== 'require', ...defined({ ca, servername, checkServerIdentity }) };
}
