import { constants } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test as baseTest } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { newMachine } from './machine.ts';
import { document, errorOf } from './run.ts';

const test = baseTest.concurrent;

const wrong: readonly (readonly [what: string, args: readonly string[], reported: RegExp])[] = [
  ['an unknown command', ['conect'], /conect/],
  ['an unknown flag', ['status', '--all'], /--all/],
  ['a flag without its value', ['connect', '--profile'], /--profile/],
  ['too many arguments', ['token', 'please'], /argument/],
  ['an unknown region', ['connect', '--region', 'eu'], /us.*row/],
  ['an unknown capture method', ['connect', '--capture', 'magic'], /listener/],
  ['an invalid port', ['connect', '--port', '70000'], /65535/],
  ['a port with letters', ['connect', '--port', 'http'], /65535/],
  ['a negative time limit', ['connect', '--timeout=-1'], /[Mm]inutes/],
  ['a time limit in words', ['connect', '--timeout', 'soon'], /[Mm]inutes/],
  ['a validity in words', ['token', '--min-validity', 'long'], /[Mm]inutes/],
  ['two sources of the App Secret', ['connect', '--app-secret-stdin', '--app-secret-file', 'f'], /--app-secret-file/],
  ['the App Secret as a flag', ['connect', '--app-secret', 'x'], /--app-secret/],
  ['two formats for the scopes', ['scopes', '--ids', '--markdown'], /--markdown/],
  ['an unknown check', ['doctor', 'tokens'], /tokens/],
  ['one profile and all profiles', ['disconnect', '--all', '--profile', 'a'], /--all/],
  ['an unknown place for the key', ['store', 'move', 'cloud'], /keychain.*passphrase.*key-file/],
  ['no place for the key', ['store', 'move'], /to/],
  ['an unknown store command', ['store', 'drop', 'keychain'], /move/],
  ['no shell for the completion', ['completion'], /shell/],
  ['an unknown shell', ['completion', 'tcsh'], /tcsh.*bash/],
  ['a control character in a setting', ['settings', 'set', 'browser', 'fire\u001bfox'], /browser/],
  ['an argument to `store sql`', ['store', 'sql', 'keychain'], /store sql/],
  ['an empty store address', ['status', '--store', ''], /--store/],
  ['-v instead of -V', ['-v'], /-V or --version/],
  ['--reauthorize with --restart', ['connect', '--restart', '--reauthorize'], /--restart/],
  ['no profile to use', ['use'], /profile/],
  ['an unknown setting', ['settings', 'get', 'color'], /profile.*capture.*browser.*port.*accessible/],
  ['no setting to get', ['settings', 'get'], /settings get KEY/],
  ['no value to set', ['settings', 'set', 'port'], /settings set KEY VALUE/],
  ['an argument to `settings list`', ['settings', 'list', 'port'], /settings list/],
  ['an invalid value for a setting', ['settings', 'set', 'port', '70000'], /1 to 65535/],
  ['an invalid default profile', ['settings', 'set', 'profile', '.x'], /starting with a letter or digit/],
  ['help on an unknown command', ['help', 'conect'], /connect/],
];

const commands = [
  ...['connect', 'doctor', 'status', 'scopes', 'token', 'use', 'disconnect', 'store', 'settings', 'completion'],
];

/** Puts --json before the other flags, so that no flag takes it as its value. */
const inJson = ([command = '', ...args]: readonly string[]): string[] => [command, '--json', ...args];

test('disconnect --all ignores the profile that the environment names', async ({ onTestFinished }) => {
  const machine = await newMachine(onTestFinished, { OTTOKIT_TIKTOK_PROFILE: 'shop-*' });
  const run = await machine.run(['disconnect', '--all', '--yes']);
  expect(run, run.stderr).toMatchObject({ exitCode: 0 });
});

describe('wrong usage exits with 2 and says what is wrong:', () => {
  test.for(wrong)('%s', async ([, args, reported], { onTestFinished }) => {
    const machine = await newMachine(onTestFinished);
    const [text, json] = await Promise.all([machine.run(args), machine.run(inJson(args))]);
    expect(text, text.stderr).toMatchObject({ exitCode: 2, stdout: '' });
    expect(text.stderr).toMatch(reported);
    expect(text.stderr).toContain('--help');
    expect(json, json.stderr).toMatchObject({ exitCode: 2, stderr: '' });
    expect(errorOf(json)).toMatchObject({ code: 'usage', fix: expect.stringContaining('--help') as string });
    expect(await readdir(machine.home)).toEqual([]);
  });
});

test('a value after a flag that takes none isn’t repeated, because it may be secret', async ({ onTestFinished }) => {
  const machine = await newMachine(onTestFinished);
  const secret = '0123456789abcdef0123456789abcdef01234567';
  for (const flag of ['--app-secret=', '--app-secret-stdin=', '--app-secret:', '--app-secret ', '--app.secret=']) {
    const run = await machine.run(['connect', '--json', flag + secret]);
    expect(errorOf(run)).toMatchObject({ code: 'usage', message: expect.stringContaining('--app') as string });
    expect(run.stdout + run.stderr).not.toContain(secret);
  }
  const slip = await machine.run(['connect', `-app-secret=${secret}`]);
  expect(slip.exitCode).toBe(2);
  expect(slip.stderr).not.toContain(secret);
});

test('a signal ends a program that waits for stdin', async ({ expect, onTestFinished, skip }) => {
  skip(process.platform !== 'linux', 'only Linux reports whether a process reads its stdin');
  const machine = await newMachine(onTestFinished);
  const shell = 'mkfifo "$TMPDIR/never"; exec 3<>"$TMPDIR/never"; exec "$@" <&3';
  const running = machine.start(['connect', '--app-secret-stdin', '--json'], {
    through: ['/bin/sh', '-c', shell, 'sh'],
  });
  await expect.poll(() => readsStdin(running.pid), { timeout: 10_000 }).toBe(true);
  running.kill('SIGTERM');
  expect((await running.ended).exitCode).toBe(130);
});

/** Whether the process waits for its stdin: the shell's pipe blocks until Node reads it and makes it nonblocking. */
async function readsStdin(pid: number): Promise<boolean> {
  const info = await readFile(`/proc/${String(pid)}/fdinfo/0`, 'utf8');
  const flags = Number.parseInt(/^flags:\s*([0-7]+)$/m.exec(info)?.[1] ?? '0', 8);
  return (flags & constants.O_NONBLOCK) !== 0;
}

test('a failed write to stdout is an error', async ({ onTestFinished, skip }) => {
  skip(process.platform !== 'linux', 'only Linux has a device that is always full');
  const machine = await newMachine(onTestFinished);
  const through = ['/bin/sh', '-c', 'exec "$@" > /dev/full', 'sh'];
  for (const args of [
    ['scopes', '--ids'],
    ['status', '--json'],
    ['completion', 'bash'],
  ]) {
    const run = await machine.run(args, { through });
    expect(run, args.join(' ')).toMatchObject({ exitCode: 1, stderr: 'The output couldn’t be written (ENOSPC).\n' });
  }
});

test('a bad profile name in the environment stops only commands that need a profile', async ({ onTestFinished }) => {
  const machine = await newMachine(onTestFinished, { OTTOKIT_TIKTOK_PROFILE: '../elsewhere' });
  for (const line of ['status', 'completion bash', 'settings list', 'help', 'doctor --help']) {
    expect(await machine.run(line.split(' ')), line).toMatchObject({ exitCode: 0 });
  }
  for (const line of ['token', 'scopes', 'doctor --list', 'disconnect', 'connect']) {
    const run = await machine.run([...line.split(' '), '--json']);
    expect(run.exitCode, line).toBe(2);
    expect(errorOf(run), line).toMatchObject({
      code: 'profile-name-refused',
      fix: 'Set OTTOKIT_TIKTOK_PROFILE to another name, or unset it.',
    });
  }
  expect(errorOf(await machine.run(['token', '--profile', '../x', '--json'])).fix).toBe('Choose another name.');
});

test('every command refuses an origin that isn’t loopback', async ({ onTestFinished }) => {
  const machine = await newMachine(onTestFinished, { OTTOKIT_TIKTOK_ORIGIN: 'https://tiktok.example' });
  const lines = ['status', 'scopes', 'token', 'doctor', 'disconnect', 'settings', 'connect', 'use a'];
  for (const line of [...lines, 'completion bash', 'store move keychain']) {
    const run = await machine.run(line.split(' '));
    expect(run, line).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr, line).toContain('“https://tiktok.example”. It must be a plain loopback address');
  }
});

test.for(['../elsewhere', 'a b', '-x', 'x'.repeat(65), ''])(
  '“%s” is refused as a profile name',
  async (name, { onTestFinished }) => {
    const machine = await newMachine(onTestFinished);
    const run = await machine.run(['token', `--profile=${name}`, '--json']);
    expect(run.exitCode).toBe(2);
    expect(errorOf(run).code).toBe('profile-name-refused');
  },
);

describe('help', () => {
  test.for(commands)(
    'for %s shows its usage, two examples and the global flags',
    async (command, { onTestFinished }) => {
      const machine = await newMachine(onTestFinished);
      const [long, short, word] = await Promise.all(
        [
          [command, '--help'],
          [command, '-h'],
          ['help', command],
        ].map((args) => machine.run(args)),
      );
      expect(long).toMatchObject({ exitCode: 0, stderr: '' });
      expect(long?.stdout).toMatch(new RegExp(`^Usage: ottokit-tiktok ${command} `));
      expect(long?.stdout).toMatch(
        /\n {2}--no-color[^]*\n {2}--store <url>[^]*\nExamples:\n( {2}ottokit-tiktok .*\n){2}$/,
      );
      expect([short?.stdout, word?.stdout]).toEqual([long?.stdout, long?.stdout]);
    },
  );

  test.for(['--help', '-h', 'help'])('`%s` lists every command by group on one screen', async (word, context) => {
    const machine = await newMachine(context.onTestFinished);
    const run = await machine.run([word]);
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    const lines = run.stdout.split('\n');
    // The prompt and the command itself take one row each.
    expect(lines.length).toBeLessThanOrEqual(23);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    const groups = lines.map((line) => /^(Set up|Look|Use|Maintain)\b/.exec(line)?.[1]).filter(Boolean);
    expect(groups).toEqual(['Set up', 'Look', 'Use', 'Maintain']);
    for (const command of commands) expect(run.stdout).toMatch(new RegExp(`^.{10}${command} +\\S`, 'm'));
  });

  test('is shown if no command is given', async ({ onTestFinished }) => {
    const machine = await newMachine(onTestFinished);
    const run = await machine.run([]);
    expect([0, 2]).toContain(run.exitCode);
    expect(run.stdout + run.stderr).toContain('Usage: ottokit-tiktok');
    expect(run.stdout + run.stderr).toContain('ottokit-tiktok connect');
  });
});

test('--version prints the version, alone or after another flag', async ({ onTestFinished }) => {
  const machine = await newMachine(onTestFinished);
  for (const flag of ['--version', '-V']) {
    expect(await machine.run([flag])).toMatchObject({ exitCode: 0, stdout: `${packageJson.version}\n`, stderr: '' });
  }
  expect(await machine.run(['--no-color', '--version'])).toMatchObject({
    exitCode: 0,
    stdout: `${packageJson.version}\n`,
  });
});

describe('before anything is set up', () => {
  test.for([
    ['token', 'Run `ottokit-tiktok connect` to set it up.'],
    ['disconnect --yes', 'There is nothing to remove.'],
  ] as const)('%s says that there is no profile, and: %s', async ([command, fix], { onTestFinished }) => {
    const machine = await newMachine(onTestFinished);
    const run = await machine.run([...command.split(' '), '--json']);
    expect(run.exitCode).toBe(1);
    expect(errorOf(run)).toMatchObject({ code: 'profile-unknown', fix });
  });

  test('status, scopes and doctor work anyway, and create no file', async ({ onTestFinished }) => {
    const machine = await newMachine(onTestFinished);
    const status = await machine.run(['status', '--json']);
    expect(document(status)).toMatchObject({ profiles: [], keySource: null });
    const scopes = await machine.run(['scopes', '--json']);
    expect(document(scopes)).toMatchObject({ connected: false, granted: [], missing: [], pending: [], unknown: [] });
    const doctor = await machine.run(['doctor', '--offline', '--json']);
    expect(document(doctor)).toMatchObject({ schemaVersion: 1 });
    expect(await readdir(machine.home)).toEqual([]);
    expect(await readdir(machine.directory)).not.toContain('config');
  });
});
