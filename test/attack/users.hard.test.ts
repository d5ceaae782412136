import { chmod, chown, mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { getuid } from 'node:process';
import { beforeEach, expect, test, vi } from 'vitest';
import { document, errorOf } from '../journeys/run.ts';
import { journeyConnectedByProgram, freshJourney, type Journey } from '../journeys/journey.ts';
import { tracingObstacle } from './trace.ts';

vi.setConfig({ testTimeout: 90_000 });

const ann = 12_345;
const asAnn = ['setpriv', '--reuid', String(ann), '--regid', String(ann), '--clear-groups', '--'] as const;
const limit = 60_000;

beforeEach(({ skip }) => {
  skip(getuid?.() !== 0, 'only root can act as other users');
});

/** Makes another user, Ann, the owner of the machine's directories. */
async function ownedByAnn({ machine }: Journey): Promise<void> {
  await chmod(machine.directory, 0o755);
  for (const path of [machine.home, machine.temporaryDirectory]) await chown(path, ann, ann);
  await mkdir(machine.configDirectory, { recursive: true, mode: 0o700 });
  await chown(machine.configDirectory, ann, ann);
}

const withoutHome = { HOME: undefined, OTTOKIT_TIKTOK_CONFIG_DIR: undefined };

test('without a home directory, help, version and scopes work, and other commands say what is missing', async ({
  onTestFinished,
}) => {
  const journey = await freshJourney(onTestFinished);
  await ownedByAnn(journey);
  const run = (...args: string[]) => journey.machine.start(args, { env: withoutHome, through: asAnn, limit }).ended;

  for (const args of [['--help'], ['--version'], ['scopes', '--ids']]) {
    const shown = await run(...args);
    expect(shown, shown.stderr).toMatchObject({ exitCode: 0 });
  }
  const env = { ...withoutHome, OTTOKIT_TIKTOK_CONFIG_DIR: journey.machine.configDirectory };
  const kept = await journey.machine.start(['use', 'shop-2'], { env, through: asAnn, limit }).ended;
  expect(kept, kept.stderr).toMatchObject({ exitCode: 0 });
  for (const args of [['status'], ['token']]) {
    const failed = await run(...args, '--json');
    expect(failed).toMatchObject({ exitCode: 1 });
    expect(errorOf(failed).code).toBe('directory-unknown');
    expect(errorOf(failed).fix).toContain('OTTOKIT_TIKTOK_CONFIG_DIR');
    expect(failed.stderr).not.toMatch(/^\s+at /m);
  }
});

test('after a first run as root, the user whose home it is owns every file', async ({ onTestFinished }) => {
  const journey = await freshJourney(onTestFinished);
  await ownedByAnn(journey);
  const { machine, connect, secret } = journey;
  const env = { OTTOKIT_TIKTOK_CONFIG_DIR: undefined };
  const first = await machine.run([...connect, '--json'], { ...secret, env, limit });
  expect(first, first.stderr).toMatchObject({ exitCode: 0 });

  for (const name of await readdir(machine.home, { recursive: true }))
    expect((await stat(join(machine.home, name))).uid, name).toBe(ann);
  const token = await machine.start(['token', '--min-validity', '10080'], { env, through: asAnn, limit }).ended;
  expect(token, token.stderr).toMatchObject({ exitCode: 0 });
});

test('an old lock that the user can’t read is reported, removed by doctor --fix, and doesn’t block a refresh', async ({
  onTestFinished,
}) => {
  const journey = await journeyConnectedByProgram(onTestFinished);
  await ownedByAnn(journey);
  const { machine } = journey;
  for (const root of [machine.home, machine.configDirectory])
    for (const name of await readdir(root, { recursive: true })) await chown(join(root, name), ann, ann);
  const lock = join(machine.configDirectory, 'connections.lock');
  const leave = async (): Promise<void> => {
    await writeFile(lock, '', { mode: 0o600 });
    await utimes(lock, new Date(), new Date(Date.now() - 120_000));
  };
  const run = (...args: string[]) => machine.start(args, { through: asAnn, limit }).ended;

  await leave();
  expect(document(await run('doctor', 'permissions', '--json'))).toMatchObject({ checks: [{ status: 'warn' }] });
  const fixed = await run('doctor', 'permissions', '--fix', '--json');
  expect(document(fixed), fixed.stderr).toMatchObject({ checks: [{ status: 'pass' }] });

  await leave();
  const token = await run('token', '--min-validity', '10080');
  expect(token, token.stderr).toMatchObject({ exitCode: 0 });
  expect(await readdir(dirname(lock))).toEqual(['connections']);
});

test('if the home directory isn’t writable, the error suggests two fixes, and XDG_DATA_HOME works', async ({
  onTestFinished,
}) => {
  const journey = await freshJourney(onTestFinished);
  await ownedByAnn(journey);
  const { machine, connect, secret } = journey;
  await chown(machine.home, 0, 0);
  const run = (env: Record<string, string>) =>
    machine.start([...connect, '--json'], { ...secret, env, through: asAnn, limit }).ended;

  const refused = await run({});
  expect(refused).toMatchObject({ exitCode: 1 });
  expect(errorOf(refused)).toMatchObject({
    code: 'store-unwritable',
    fix: expect.stringMatching(/OTTOKIT_TIKTOK_PASSPHRASE.*XDG_DATA_HOME/) as string,
  });
  expect(await readdir(machine.configDirectory)).toEqual([]);

  const beside = join(machine.configDirectory, '..', 'keys-beside');
  await mkdir(beside);
  await chown(beside, ann, ann);
  const done = await run({ XDG_DATA_HOME: beside });
  expect(done, done.stderr + done.stdout).toMatchObject({ exitCode: 0 });
});

test.for(['EPERM', 'EINVAL', 'ENOSYS', 'EOPNOTSUPP'])(
  'a store and settings on a drive where fsync fails with %s work, but doctor warns',
  async (code, { onTestFinished, skip }) => {
    skip(tracingObstacle !== undefined, tracingObstacle);
    const { machine } = await journeyConnectedByProgram(onTestFinished);
    const through = ['strace', '-f', '-o', '/dev/null', '-e', 'trace=fsync', '-e', `inject=fsync:error=${code}`, '--'];
    const token = await machine.start(['token', '--min-validity', '10080'], { through, limit }).ended;
    expect(token, token.stderr).toMatchObject({ exitCode: 0 });
    for (const change of ['set port 9997', 'set browser none', 'unset port']) {
      const run = await machine.start(['settings', ...change.split(' ')], { through, limit }).ended;
      expect(run, run.stderr).toMatchObject({ exitCode: 0 });
    }
    const settings = await readFile(join(machine.configDirectory, 'settings.json'), 'utf8');
    expect(JSON.parse(settings)).toEqual({ browser: 'none' });
    const doctor = await machine.start(['doctor', 'store', '--json'], { through, limit }).ended;
    expect(document(doctor)).toMatchObject({ checks: [{ id: 'store', status: 'warn' }] });
    expect(doctor.exitCode).toBe(0);
  },
);

test('a file on a drive without file modes isn’t reported as made private', async ({ onTestFinished, skip }) => {
  skip(tracingObstacle !== undefined, tracingObstacle);
  const { machine } = await journeyConnectedByProgram(onTestFinished);
  await chmod(join(machine.configDirectory, 'connections'), 0o755);
  const calls = 'chmod,fchmod,fchmodat';
  const through = ['strace', '-f', '-o', '/dev/null', '-e', `trace=${calls}`, '-e', `inject=${calls}:retval=0`, '--'];
  const status = await machine.start(['status'], { through, limit }).ended;
  expect(status).toMatchObject({ exitCode: 0 });
  expect(status.stderr).not.toContain('only you can');
  const fix = await machine.start(['doctor', 'permissions', '--fix'], { through, limit }).ended;
  expect(fix.stdout + fix.stderr).toContain('its drive doesn’t support file modes');
  expect(fix.stdout + fix.stderr).not.toMatch(/Only you can open/);
});

test.for([
  ['a deleted working directory', 'mkdir "$TMPDIR/gone" && cd "$TMPDIR/gone" && rmdir "$TMPDIR/gone"'],
  ['a temporary directory that doesn’t exist', 'export TMPDIR=/nowhere/tmp'],
] as const)('a refresh works with %s', async ([, shell], { onTestFinished }) => {
  const { machine } = await journeyConnectedByProgram(onTestFinished);
  const through = ['sh', '-c', `${shell}; exec "$@"`, 'sh'];
  const run = await machine.start(['token', '--min-validity', '10080'], { through, limit }).ended;
  expect(run, run.stderr).toMatchObject({ exitCode: 0 });
  expect(await readdir(machine.configDirectory)).toEqual(['connections']);
});

test('if TMPDIR doesn’t exist, the demo says so instead of showing a stack trace', async ({ onTestFinished }) => {
  const { machine } = await freshJourney(onTestFinished);
  const run = await machine.start(['connect', '--demo', '--json'], { env: { TMPDIR: '/nowhere/tmp' }, limit }).ended;
  expect(run).toMatchObject({ exitCode: 1 });
  expect(errorOf(run)).toMatchObject({
    code: 'system-refused',
    message: expect.stringContaining('/nowhere/tmp') as string,
    fix: expect.stringContaining('TMPDIR') as string,
  });
  expect(run.stderr).not.toMatch(/^\s+at /m);
});

test('in a deleted working directory, a relative OTTOKIT_TIKTOK_CONFIG_DIR is refused with the reason', async ({
  onTestFinished,
}) => {
  const { machine } = await freshJourney(onTestFinished);
  const through = ['sh', '-c', 'mkdir "$TMPDIR/gone" && cd "$TMPDIR/gone" && rmdir "$TMPDIR/gone"; exec "$@"', 'sh'];
  const env = { OTTOKIT_TIKTOK_CONFIG_DIR: 'here' };
  const run = await machine.start(['status', '--json'], { through, env, limit }).ended;
  expect(run).toMatchObject({ exitCode: 1 });
  expect(errorOf(run).code).toBe('directory-unknown');
  expect(errorOf(run).message).toContain('working directory no longer exists');
});

test('under a memory limit that kills the browser, `connect` leaves no lock', async ({ onTestFinished }) => {
  const { machine, connect, secret } = await freshJourney(onTestFinished);
  const through = ['sh', '-c', 'ulimit -v 2097152; exec "$@"', 'sh'];
  const args = [...connect, '--timeout', '0.1', '--json'];
  const run = await machine.start(args, { ...secret, through, limit }).ended;
  expect(run.stderr).not.toMatch(/RangeError|^\s+at /m);
  expect(run, run.stderr + run.stdout).toMatchObject({ exitCode: 1 });
  expect(await readdir(machine.configDirectory)).toEqual(['connections']);
});
