import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'vitest';
import { connectedHome } from './examined.ts';
test('measure', async () => {
  const place = await connectedHome({ latency: 300 });
  const one = (args: string[], env = {}) => new Promise<string>((resolve) => {
    const t = performance.now();
    let out = '';
    const child = spawn(process.execPath, [...(process.env['HOOK'] ? ['--require', '/tmp/hook2.cjs'] : []),'bin/ottokit-tiktok.cjs', ...args], { env: { PATH: process.env['PATH'] ?? '', HOME: place.directory, XDG_DATA_HOME: join(place.directory, 'share'), OTTOKIT_TIKTOK_CONFIG_DIR: join(place.directory, 'config'), OTTOKIT_TIKTOK_ORIGIN: place.simulator.origin, ...env } });
    child.stdout.on('data', (d) => { if (out === '') process.stdout.write(`first stdout at ${Math.round(performance.now() - t)}\n`); out += d; });
    child.stderr.on('data', (d) => process.stdout.write(String(d)));
    child.on('close', () => { resolve(`${Math.round(performance.now() - t)} ms\n${out}`); });
  });
  const { cp } = await import('node:fs/promises');
  await cp(join(place.directory, 'data'), join(place.directory, 'share', 'ottokit-tiktok'), { recursive: true });
  for (const args of [['--version'], ['doctor', 'node', '--json'], ['doctor', '--json'], ['doctor', '--json'], ['doctor', '--json']]) {
    const r = await one(args);
    const d = [...r.matchAll(/"durationMs": (\d+)/g)].map((m) => Number(m[1]));
    process.stdout.write(`${args.join(' ')}: ${r.split('\n')[0]} durations ${d.join(',')}\n`);
  }
  process.stdout.write(await one(['doctor']));
});
