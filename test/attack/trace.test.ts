import { mkdtemp, rm } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tracesIn } from '../journeys/traces.ts';
import { readTrace, tracedTo, tracingObstacle } from './trace.ts';

const program = `
const { spawnSync } = require('node:child_process');
const { writeFileSync, promises } = require('node:fs');
writeFileSync(process.argv[1], 'in a file, written at once: secret-1');
promises.writeFile(process.argv[1], 'in a file, written later: secret-2');
spawnSync('true', ['an argument: secret-3'], { env: { PATH: process.env.PATH, GIVEN: 'secret-4' } });
spawnSync('sh', ['-c', 'printf secret-5 >&2'], { stdio: 'inherit' });
const server = require('node:net').createServer((client) => client.end('secret-6')).listen(0, '127.0.0.1', () => {
  require('node:net').connect(server.address().port, '127.0.0.1').resume().once('close', () => server.close());
});
console.log('secret-7');
`;

test('everything that a program writes, passes on or sends is recorded', async ({ skip, onTestFinished }) => {
  skip(tracingObstacle !== undefined, tracingObstacle);
  const directory = await mkdtemp(join(tmpdir(), 'ottokit-trace-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const [file, written] = [join(directory, 'trace'), join(directory, 'written')];
  const [command = '', ...args] = tracedTo(file);
  execFileSync(command, [...args, process.execPath, '--eval', program, written], { stdio: 'ignore' });

  const trace = await readTrace(file);
  const secrets = [1, 2, 3, 4, 5, 6, 7].map((number) => `secret-${String(number)}`);
  const seen = (bytes: readonly Buffer[]): readonly string[] => tracesIn(Buffer.concat(bytes), secrets);
  const toFile = trace.written.filter(({ to }) => to === written);
  const sent = trace.written.filter(({ to }) => to.startsWith('TCP'));
  const printed = trace.written.filter(({ descriptor }) => descriptor === 1 || descriptor === 2);
  expect(seen(toFile.map(({ bytes }) => bytes))).toEqual(['secret-1', 'secret-2']);
  expect(seen(trace.started)).toEqual(expect.arrayContaining(['secret-3', 'secret-4']));
  expect(seen(printed.map(({ bytes }) => bytes))).toEqual(['secret-5', 'secret-7']);
  expect(seen(sent.map(({ bytes }) => bytes))).toEqual(['secret-6']);
});
