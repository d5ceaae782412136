import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';
import { dial, request } from './probe.ts';

/** A whole login. It prints `done`, and must then exit by itself although clients keep connections open. */
const program = `
import { listen } from './listener.mjs';
const listener = await listen({
  redirectUrl: 'http://127.0.0.1/callback',
  port: 0,
  judge: () => ({ outcome: 'approved' }),
  onRefused: () => {},
  signal: new AbortController().signal,
});
process.send(listener.port);
const { finish } = await listener.arrival;
await finish({ kind: 'connected', shops: [] });
await listener.close();
process.disconnect();
process.stdout.write('done');
`;

test('the program exits by itself after connecting, even if a browser keeps connections open', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'ottokit-tiktok-listener-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  await build({
    entryPoints: [fileURLToPath(new URL('../../src/listener/listener.ts', import.meta.url))],
    outfile: join(directory, 'listener.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
  await writeFile(join(directory, 'program.mjs'), program);
  const child = spawn(process.execPath, [join(directory, 'program.mjs')], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const ended = new Promise<{ code: number | null; at: number }>((resolve) => {
    child.once('exit', (code) => {
      resolve({ code, at: performance.now() });
    });
  });
  const done = new Promise<number>((resolve) => {
    child.stdout?.once('data', () => {
      resolve(performance.now());
    });
  });
  const port = await new Promise<number>((resolve) =>
    child.once('message', (message) => {
      resolve(Number(message));
    }),
  );
  const idle = dial(port);
  const page = dial(port);
  await idle.open;
  page.socket.write(request('GET', '/callback', [`Host: 127.0.0.1:${String(port)}`]));
  const began = await done;
  const { code, at } = await ended;
  expect(code).toBe(0);
  // Waiting for a request that never arrives would take 5 seconds.
  expect(at - began).toBeLessThan(4_000);
  expect((await page.reply).body).toContain('TikTok Shop is connected');
  expect((await idle.reply).raw).toBe('');
});
