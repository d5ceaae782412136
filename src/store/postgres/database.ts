import { readFile } from 'node:fs/promises';
import type { ClientConfig } from 'pg';
import Client from 'pg/lib/client.js';
import type { DatabaseAddress } from './address.ts';
import { databaseFailure, isConnectionLoss, mayRepeat } from './database-failure.ts';

export interface Database {
  /** For messages. */
  readonly location: string;
  /**
   * Runs one statement, which is a transaction of its own: behind a pooler, nothing outlives it.
   * @throws Failure database-unreachable, database-refused, database-tls, database-read-only; the library's error for
   *   anything else. `repeatable` statements are sent again on a new connection if an idle one turns out to be cut.
   */
  query<Row extends object>(text: string, values?: readonly unknown[], repeatable?: boolean): Promise<readonly Row[]>;
  /** Whether the connection is encrypted; `null` before the first query. */
  readonly encrypted: boolean | null;
  close(): Promise<void>;
}

/** Milliseconds. */
const connectTimeout = 10_000;
const queryTimeout = 15_000;

/** Nothing is connected before the first query. */
export function openDatabase(address: DatabaseAddress): Database {
  let connected: Promise<Client> | undefined;
  let encrypted: boolean | null = null;
  let last: Promise<unknown> = Promise.resolve();

  const connect = async (): Promise<Client> => {
    const client = new Client(await configOf(address));
    client.on('error', () => (connected = undefined));
    client.on('end', () => (connected = undefined));
    await client.connect();
    encrypted = address.sslMode !== 'disable';
    return client;
  };

  const run = async <Row extends object>(text: string, values: readonly unknown[]): Promise<readonly Row[]> => {
    const client = await (connected ??= connect());
    client.ref();
    try {
      return (await client.query<Row>(text, [...values])).rows;
    } finally {
      // An idle connection must not keep the process running.
      client.unref();
    }
  };

  const attempts = async <Row extends object>(
    text: string,
    values: readonly unknown[],
    repeatable: boolean,
  ): Promise<readonly Row[]> => {
    for (let attempt = 1; ; attempt += 1) {
      const idle = connected !== undefined;
      try {
        return await run<Row>(text, values);
      } catch (error) {
        if (isConnectionLoss(error)) connected = undefined;
        const again = repeatable && attempt < 3 && (mayRepeat(error) || (idle && isConnectionLoss(error)));
        if (!again) throw databaseFailure(error, address);
      }
    }
  };

  return {
    location: address.location,
    get encrypted() {
      return encrypted;
    },
    async query(text, values = [], repeatable = true) {
      // One at a time, as the library asks for.
      const turn = last;
      let done: (value?: unknown) => void = () => undefined;
      last = new Promise((resolve) => (done = resolve));
      await turn;
      try {
        return await attempts(text, values, repeatable);
      } finally {
        done();
      }
    },
    async close() {
      const client = await connected?.catch(() => undefined);
      connected = undefined;
      await client?.end().catch(() => undefined);
    },
  };
}

async function configOf(address: DatabaseAddress): Promise<ClientConfig> {
  const { host, port, database, user, password } = address;
  return {
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(database === undefined ? {} : { database }),
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password: password.reveal() }),
    ssl: await tlsOf(address),
    connectionTimeoutMillis: connectTimeout,
    query_timeout: queryTimeout,
    keepAlive: true,
    application_name: 'ottokit-tiktok',
  };
}

async function tlsOf({ sslMode, host, rootCertificate }: DatabaseAddress): Promise<ClientConfig['ssl']> {
  if (sslMode === 'disable') return false;
  const ca = rootCertificate === undefined ? {} : { ca: await readFile(rootCertificate, 'utf8') };
  return {
    ...ca,
    rejectUnauthorized: sslMode !== 'require',
    ...(host === undefined || /^[\d.:]+$/.test(host) ? {} : { servername: host }),
    ...(sslMode === 'verify-ca' ? { checkServerIdentity: () => undefined } : {}),
  };
}
