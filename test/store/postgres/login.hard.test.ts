import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { passphrase, start, type Ran } from './fleet.ts';
import { startServer, type Server } from './server.ts';

let server: Server;
let root: string;
beforeAll(async () => {
  server = await startServer({ settings: 'fsync = off' });
  root = join(server.directory, 'home');
  await server.database('login');
  const data = join(server.directory, 'data');
  const [key, certificate] = [join(data, 'server.key'), join(data, 'server.crt')];
  const request = ['req', '-new', '-x509', '-days', '2', '-nodes', '-subj', '/CN=localhost'];
  const files = ['-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', certificate];
  execFileSync('openssl', [...request, ...files], { stdio: 'pipe' });
  const uid = Number(execFileSync('id', ['-u', 'postgres'], { encoding: 'utf8' }));
  for (const file of [key, certificate]) chownSync(file, uid, uid);
  chmodSync(key, 0o600);
  const methods = ['scram-sha-256', 'md5', 'password'].map((method) => `host all ${method} all ${method}\n`);
  writeFileSync(join(data, 'pg_hba.conf'), `${methods.join('')}host all all all trust\n`);
  for (const role of ['scram-sha-256', 'md5', 'password']) {
    const encryption = role === 'md5' ? 'md5' : 'scram-sha-256';
    const create = `CREATE ROLE "${role}" SUPERUSER LOGIN PASSWORD 'it''s a pässword'`;
    await server.sql('postgres', `SET password_encryption = '${encryption}'; ${create}`);
  }
  await server.sql('postgres', 'ALTER SYSTEM SET ssl = on');
  await server.kill('SIGINT');
  await server.start();
}, 60_000);
afterAll(() => server.stop());

/** Runs the built program, because the build leaves out parts of the client library that logging in must not need. */
const status = (role: string, env: Record<string, string>, parameters = ''): Promise<Ran> => {
  const url = `postgresql://${role}@localhost:${String(server.port)}/login${parameters}`;
  const all = { OTTOKIT_TIKTOK_STORE: url, OTTOKIT_TIKTOK_PASSPHRASE: passphrase, ...env };
  return start(root, all, ['status', '--json']).ended;
};
const codeOf = ({ stdout }: Ran): string => (JSON.parse(stdout) as { error: { code: string } }).error.code;

test.each(['scram-sha-256', 'md5', 'password'])('the program logs in with %s', async (role) => {
  const right = await status(role, { PGPASSWORD: "it's a pässword" });
  expect(right.exitCode, right.stdout + right.stderr).toBe(0);
  const wrong = await status(role, { PGPASSWORD: 'another' });
  expect([wrong.exitCode, codeOf(wrong)]).toEqual([1, 'database-refused']);
  expect(codeOf(await status(role, {}))).toBe('database-refused');
});

test('the program reads the password from ~/.pgpass', async () => {
  writeFileSync(join(root, '.pgpass'), `localhost:*:login:scram-sha-256:it's a pässword\n`, { mode: 0o600 });
  const run = await status('scram-sha-256', {});
  rmSync(join(root, '.pgpass'));
  expect(run.exitCode, run.stdout + run.stderr).toBe(0);
});

test('the program trusts only the certificate authority it was given', async () => {
  const authority = `&sslrootcert=${encodeURIComponent(join(server.directory, 'data', 'server.crt'))}`;
  expect(codeOf(await status('postgres', {}, '?sslmode=verify-full'))).toBe('database-tls');
  const run = await status('postgres', {}, `?sslmode=verify-full${authority}`);
  expect(run.exitCode, run.stdout + run.stderr).toBe(0);
  for (const file of [join(root, 'missing.pem'), root])
    expect(codeOf(await status('postgres', {}, `?sslmode=verify-full&sslrootcert=${file}`))).toBe('database-tls');
});
