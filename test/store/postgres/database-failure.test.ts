import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { codeOf } from '../../../src/ground/errors.ts';
import { readAddress } from '../../../src/store/postgres/address.ts';
import { databaseFailure } from '../../../src/store/postgres/database-failure.ts';

/** A host with two addresses, at neither of which anything listens. */
async function refusedAtBoth(): Promise<unknown> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  const socket = connect({
    host: 'db.example',
    port,
    autoSelectFamily: true,
    lookup: (_host, _options, found) => {
      found(null, [
        { address: '127.0.0.1', family: 4 },
        { address: '127.0.0.2', family: 4 },
      ]);
    },
  });
  const [error] = (await once(socket, 'error').catch((thrown: unknown) => [thrown])) as unknown[];
  return error;
}

test('a database that is refused at each of its addresses is reported by the code, because there is no message', async () => {
  const error = await refusedAtBoth();
  expect(error).toMatchObject({ message: '', code: 'ECONNREFUSED' });
  const failure = databaseFailure(error, readAddress('postgresql://db.example/team', {}));
  expect(codeOf(failure)).toBe('database-unreachable');
  expect(failure.message).toContain('(ECONNREFUSED)');
});
