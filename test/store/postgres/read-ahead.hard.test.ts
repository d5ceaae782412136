import { connect, createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../../src/store/open-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { connected, ioIn } from '../child-setting.ts';
import { temporaryDirectory } from '../setting.ts';
import { dataOf, openAt, passphrase, start } from './fleet.ts';
import { startServer, type Server } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer({ settings: 'fsync = off' });
}, 30_000);
afterAll(() => server.stop());

/** Starts a proxy that withholds the response to `query` until `next` has been sent too, and returns its port. */
async function withholding(query: string, next: string): Promise<number> {
  const proxy = createServer((from) => {
    const to = connect(server.port, '127.0.0.1');
    let sent = '';
    const withheld: Buffer[] = [];
    const answer = (): void => {
      if (!sent.includes(query) || sent.includes(next)) for (const bytes of withheld.splice(0)) from.write(bytes);
    };
    from.on('data', (bytes) => {
      sent += bytes.toString('latin1');
      to.write(bytes);
      answer();
    });
    to.on('data', (bytes) => {
      withheld.push(bytes);
      answer();
    });
    from.on('error', () => undefined).on('close', () => to.destroy());
    to.on('error', () => undefined).on('close', () => from.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void proxy.close());
  return (proxy.address() as AddressInfo).port;
}

test('`token` asks a database for its key and for the profile in one round trip', async () => {
  const root = await temporaryDirectory();
  const url = await server.database('asked');
  const store = await openAt(root, url);
  await store.change('a', () => connected('a'));
  await store.moveKey({ to: 'key-file' });
  const port = await withholding('ottokit_tiktok.store', 'ottokit_tiktok.profiles');
  const env = { OTTOKIT_TIKTOK_STORE: url.replace(String(server.port), String(port)) };
  expect(await start(root, env, ['token', '--profile', 'a']).ended).toMatchObject({ exitCode: 0, stderr: '' });
}, 30_000);

test.for(['key-file', 'passphrase'] as const)(
  'with the key source %s, a profile read ahead is used at most once, and only if the key was in a key file',
  async (source) => {
    const root = await temporaryDirectory();
    const url = await server.database(`ahead_${source.replace('-', '_')}`);
    const other = await openAt(root, url);
    await other.change('a', () => connected('a', { updatedAt: 1 }));
    if (source === 'key-file') await other.moveKey({ to: source });
    const io = ioIn(root, { OTTOKIT_TIKTOK_STORE: url, OTTOKIT_TIKTOK_PASSPHRASE: passphrase });
    const store: Store = await openStore({
      io: { ...io, dataDirectory: () => dataOf(root) },
      keychain: null,
      first: 'a',
    });
    expect(store.keySource).toBe(source);
    const reads = [];
    for (const updatedAt of [2, 3]) {
      await other.change('a', (current) => current && { ...current, updatedAt });
      reads.push((await store.profile('a'))?.updatedAt);
    }
    expect(reads).toEqual([source === 'key-file' ? 1 : 2, 3]);
  },
);
