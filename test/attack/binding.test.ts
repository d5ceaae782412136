import { readdir, readFile, readlink } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { expect, test, vi } from 'vitest';
import { freshJourney } from '../journeys/journey.ts';
import { makeNetwork, networkObstacle, outward } from './namespace.ts';
import { waitingLogin } from './waiting-login.ts';

vi.setConfig({ testTimeout: 120_000 });

/** Returns the addresses and ports that a process listens on, in hex, as Linux lists them. */
async function listeningSockets(pid: number): Promise<readonly string[]> {
  const descriptors = await readdir(`/proc/${String(pid)}/fd`);
  const links = await Promise.all(
    descriptors.map((each) => readlink(`/proc/${String(pid)}/fd/${each}`).catch(() => '')),
  );
  const inodes = new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readFile(`/proc/${String(pid)}/net/${name}`, 'utf8')));
  const rows = tables.flatMap((table) => table.split('\n').map((line) => line.trim().split(/\s+/)));
  const listening = '0A';
  const locals = rows.flatMap(([, local = '', , state, , , , , , inode = '']) =>
    state === listening && inodes.has(inode) ? [local] : [],
  );
  // Linux may list a socket twice if the table changes while it is read.
  return [...new Set(locals)];
}

test('connect listens only on 127.0.0.1 and ::1', async ({ skip, onTestFinished }) => {
  skip(process.platform !== 'linux', 'only Linux reports which sockets a process has');
  const login = await waitingLogin(onTestFinished);
  const port = login.port.toString(16).toUpperCase().padStart(4, '0');
  expect(await listeningSockets(login.pid)).toEqual([`0100007F:${port}`, `${'0'.repeat(24)}01000000:${port}`]);
  await login.completes();
});

test('connect can’t be reached at any other address of this computer', async ({ onTestFinished }) => {
  const login = await waitingLogin(onTestFinished);
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, scopeid }) => !internal && (scopeid ?? 0) === 0)
    .map(({ address }) => address);
  for (const host of ['127.0.0.2', ...others]) {
    const { socket, reply } = login.dial(host);
    let reached = false;
    socket.once('connect', () => (reached = true));
    await reply;
    expect(reached, host).toBe(false);
  }
  await login.completes();
});

test('in an isolated network, connect can’t be reached at another address or from a neighbor', async ({
  skip,
  onTestFinished,
}) => {
  skip(networkObstacle !== undefined, networkObstacle);
  const [network, journey] = await Promise.all([makeNetwork(onTestFinished), freshJourney(onTestFinished)]);
  await network.lend(Number(new URL(journey.shop.origin).port));
  const running = journey.machine.start([...journey.connect, '--no-browser'], {
    ...journey.secret,
    through: network.here,
    limit: 120_000,
  });
  await running.seen(/\/open\/authorize\?/);
  const port = Number(new URL(journey.redirectUrl).port);

  expect(await network.reach('here', ['127.0.0.1', '::1', '127.0.0.2', ...outward], port)).toEqual([
    '127.0.0.1',
    '::1',
  ]);
  expect(await network.reach('neighbor', outward, port)).toEqual([]);

  // For comparison: the neighbor can reach a server that listens on every address.
  await network.listenEverywhere(port + 1);
  expect(await network.reach('neighbor', outward, port + 1)).toEqual(outward);
});
