import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startSimulator } from '../simulator/simulator.ts';
import { freePort, newMachine, redirectUrlOn } from './machine.ts';
import { noShell, skipOnWindows } from '../tools/systems.ts';

skipOnWindows(noShell);

const root = fileURLToPath(new URL('../..', import.meta.url));
const readme = await readFile(join(root, 'README.md'), 'utf8');

/** The README's code blocks that call the installed program, in order. */
const examples = [...readme.matchAll(/^```sh\n([^]*?)^```/gm)]
  .map(([, block]) => block ?? '')
  .filter((block) => /^(\w+=\$\()?ottokit-tiktok /m.test(block));

test('the README’s examples work in a shell, one after the other', async ({ onTestFinished }) => {
  expect(examples).toHaveLength(3);
  const machine = await newMachine(onTestFinished);
  const [appKey = '', serviceId = ''] = [/--app-key (\S+)/, /--service-id (\S+)/].map((flag) => flag.exec(readme)?.[1]);
  // Only the port is changed, because the one in the example may be in use.
  const redirectUrl = redirectUrlOn(await freePort());
  const appSecret = 'a1b2c3d4e5'.repeat(4);
  const simulator = await startSimulator({ redirectUrl, autoApprove: true, app: { appKey, appSecret, serviceId } });
  onTestFinished(() => simulator.close());

  await mkdir(join(machine.directory, 'bin'));
  await symlink(join(root, 'bin/ottokit-tiktok.cjs'), join(machine.directory, 'bin/ottokit-tiktok'));
  await writeFile(join(machine.directory, 'secret.txt'), `${appSecret}\n`);

  const [connect = '', use = '', remove = ''] = examples.map((example) =>
    example.replace('http://127.0.0.1:8717/callback', redirectUrl),
  );
  const shell = (script: string): Promise<{ exitCode: number; stdout: string; stderr: string }> =>
    inShell(script, {
      PATH: `${join(machine.directory, 'bin')}:${process.env['PATH'] ?? ''}`,
      HOME: machine.home,
      TMPDIR: machine.temporaryDirectory,
      LANG: 'C.UTF-8',
      DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(machine.directory, 'no-bus')}`,
      OTTOKIT_TIKTOK_ORIGIN: simulator.origin,
      DIRECTORY: machine.directory,
    });

  const connected = await shell(`BROWSER=${await follower(machine.directory)}; export BROWSER; ${connect}`);
  expect(connected, connected.stderr).toMatchObject({ exitCode: 0 });
  expect(JSON.parse(connected.stdout)).toMatchObject({ profile: 'shop-1', region: 'row', appKey, serviceId });

  const used = await shell(`${use}\nprintf %s "$TOKEN"`);
  expect(used, used.stderr).toMatchObject({ exitCode: 0, stdout: simulator.issued.accessTokens[0] });
  const report = await readFile(join(machine.directory, 'report.json'), 'utf8');
  expect(JSON.parse(report)).toMatchObject({ schemaVersion: 1, status: 'warn' });
  for (const secret of simulator.secrets()) expect(report).not.toContain(secret);

  const removed = await shell(remove);
  expect(removed, removed.stderr).toMatchObject({ exitCode: 0 });
  expect(removed.stdout).toContain('was removed from this computer');
  expect(simulator.requests.some(({ method }) => method === 'DELETE')).toBe(true);
  // Doctor requests `/` to find out whether the host is reachable; that isn't an API call.
  expect(simulator.unexpected.filter(({ method, path }) => `${method} ${path}` !== 'GET /')).toEqual([]);
});

/** Writes a script that acts as a browser but only follows redirects. Returns its path. */
async function follower(directory: string): Promise<string> {
  const path = join(directory, 'follow.mjs');
  await writeFile(path, `#!${process.execPath}\nawait (await fetch(process.argv[2])).text();\n`, { mode: 0o755 });
  return path;
}

async function inShell(
  script: string,
  env: Readonly<Record<string, string>>,
): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  return await new Promise((resolve) => {
    const options = { env, cwd: env['DIRECTORY'] ?? '', timeout: 60_000 };
    const child = execFile('bash', ['-c', script], options, (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : 1, stdout, stderr });
    });
    child.stdin?.end();
  });
}
