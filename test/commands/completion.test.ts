import { checkIds } from '../../src/doctor/checks.ts';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { regionIds } from '../../src/ground/regions.ts';
import { toJson } from '../../src/output/format.ts';
import { shellNames } from './completion-home.ts';
import { install, printedScript, statusOf, useShell } from './completion-setting.ts';

const sorted = (text: string): string[] => text.split(' ').sort();

const checks = checkIds.join(' ');
const shared = '--help --debug --no-color --store';
const flags = {
  connect: `--profile --region --redirect-url --capture --port --app-key --service-id --app-secret-stdin --app-secret-file --timeout --no-browser --restart --reauthorize --yes --json --demo ${shared}`,
  doctor: `--profile --all --concurrency --fix --offline --strict --list --json ${shared}`,
  scopes: `--profile --json --markdown --ids --open ${shared}`,
  status: `--profile --json ${shared}`,
  token: `--profile --min-validity --json ${shared}`,
  disconnect: `--profile --all --revoke --yes --json ${shared}`,
  store: `--json ${shared}`,
  use: shared,
  settings: `--json ${shared}`,
  completion: shared,
  help: shared,
};

describe.each(shellNames)('in %s', (shell) => {
  const opened = useShell(shell);
  const offered = async (line: string): Promise<string[]> => Object.keys(await opened.offers(`ottokit-tiktok ${line}`));

  test('the shell can parse the script', async () => {
    const file = join(opened.home.path, 'to-read');
    writeFileSync(file, await printedScript(shell));
    expect(spawnSync(shell, ['-n', file], { encoding: 'utf8' })).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  test('the script begins with the command that installs it', async () => {
    const beginning = (await printedScript(shell)).split('\n').slice(0, 3);
    expect(beginning).toContain(`#   ${install[shell]}`);
  });

  test('Tab suggests the commands, and the flags that may precede a command', async () => {
    expect(await offered('')).toEqual(sorted(Object.keys(flags).join(' ')));
    expect(await offered('d')).toEqual(['disconnect', 'doctor']);
    expect(await offered('--')).toEqual(sorted(`--version ${shared}`));
  });

  test.each(Object.entries(flags))('Tab suggests the flags of %s', async (command, expected) => {
    expect(await offered(`${command} --`)).toEqual(sorted(expected));
  });

  test('a flag before the command doesn’t hide the command’s suggestions', async () => {
    for (const flag of ['--debug', '--store=file', '--store postgresql://me@db.example:5432/team'])
      expect(await offered(`${flag} completion `), flag).toEqual(['bash', 'fish', 'powershell', 'zsh']);
  });

  test('Tab suggests the arguments of `use`, `settings` and `help`', async () => {
    expect(await offered('use ')).toEqual(['default', 'shop-2', 'token']);
    expect(await offered('settings ')).toEqual(sorted('list get set unset path'));
    expect(await offered('settings get ')).toEqual(sorted('profile capture browser port accessible'));
    expect(await offered('settings get po')).toEqual(['port']);
    expect(await offered('help st')).toEqual(['status', 'store']);
  });

  test('Tab doesn’t suggest values for an argument that has already been given', async () => {
    for (const [line, word] of [
      ['settings get port ', 'list'],
      ['settings get port ', 'capture'],
      ['settings set capture paste ', 'unset'],
      ['store move keychain ', 'sql'],
      ['store move keychain ', 'key-file'],
      ['use default ', 'shop-2'],
      ['help connect ', 'doctor'],
    ] as const)
      expect(await offered(line), line).not.toContain(word);
  });

  test('Tab suggests where the store’s key can be moved', async () => {
    expect(await offered('store ')).toEqual(['move', 'sql']);
    expect(await offered('store m')).toEqual(['move']);
    expect(await offered('store move k')).toEqual(['key-file', 'keychain']);
  });

  test('an environment variable before the program doesn’t hide the command’s suggestions', async () => {
    const line = 'OTTOKIT_TIKTOK_CONFIG_DIR=/tmp/other ottokit-tiktok completion ';
    expect(Object.keys(await opened.offers(line))).toEqual(['bash', 'fish', 'powershell', 'zsh']);
  });

  test('Tab suggests flags after other flags', async () => {
    for (const line of ['connect --region us --re', 'connect --region=us --json --re'])
      expect(await offered(line)).toEqual(expect.arrayContaining(['--reauthorize', '--redirect-url', '--restart']));
  });

  test.each(['--region ', '--region='])('Tab suggests a flag’s values after “%s”', async (flag) => {
    expect(await offered(`connect ${flag}`)).toEqual([...regionIds].sort());
    expect(await offered(`connect --yes ${flag}r`)).toEqual(['row']);
  });

  test('Tab suggests a flag’s values after an empty value', async () => {
    expect(await offered('connect --app-key= --region ')).toEqual([...regionIds].sort());
  });

  test('Tab suggests the ways to capture the code', async () => {
    expect(await offered('connect --capture ')).toEqual(['auto', 'browser', 'listener', 'paste']);
  });

  test.each(['--app-secret-file ', '--app-secret-file='])('Tab suggests file names after “%s”', async (flag) => {
    expect(await offered(`connect ${flag}scr`)).toEqual(['script.bash', 'script.fish', 'script.zsh']);
  });

  test.each([
    '--app-key ',
    '--app-key=',
    '--redirect-url http://127.0.0.1:',
    '--redirect-url=https://a:80/',
    '--port ',
  ])('Tab suggests nothing where only the user knows the value: “%s”', async (flag) => {
    expect(await offered(`connect ${flag}`)).toEqual([]);
  });

  test('Tab suggests no second shell for `completion`', async () => {
    expect(await offered('completion ')).toEqual(['bash', 'fish', 'powershell', 'zsh']);
    expect(await offered('completion bash ')).not.toContain('zsh');
  });

  test('Tab suggests the checks of doctor, after others too', async () => {
    for (const line of ['doctor ', 'doctor token --json scopes ']) expect(await offered(line)).toEqual(sorted(checks));
    expect(await offered('doctor token s')).toEqual(['scopes', 'shops', 'store']);
    expect(await offered('doctor tok')).toEqual(['token']);
    expect(await offered('doctor token')).toEqual(['token']);
  });

  test('a profile with a check’s name isn’t mistaken for the check', async () => {
    expect(await offered('doctor --profile token to')).toEqual(['token']);
    expect(await offered('doctor --profile=token to')).toEqual(['token']);
  });

  test.each(['connect', 'doctor', 'scopes', 'token', 'disconnect'])(
    'Tab suggests the profiles for %s',
    async (command) => {
      expect(await offered(`${command} --profile `)).toEqual(['default', 'shop-2', 'token']);
    },
  );

  test('Tab completes a profile’s name from its beginning', async () => {
    expect(await offered('token --profile=sh')).toEqual(['shop-2']);
    expect(await offered('token --json --profile d')).toEqual(['default']);
  });

  test.each([
    ['there is none', statusOf()],
    ['the store is locked', toJson({ error: { code: 'passphrase-missing', message: 'Locked.', fix: 'Unlock it.' } })],
    ['the program fails', ''],
  ])('Tab suggests no profile, asks nothing and prints nothing if %s', async (_, status) => {
    opened.home.setStatus(status);
    const before = opened.home.lookups().length;
    expect(await offered('token --profile ')).toEqual([]);
    expect(opened.home.lookups().slice(before)).toEqual(['[]']);
    expect(await offered('token --profile new --j')).toEqual(['--json']);
  });
});

// PowerShell isn't available where these tests run, so they only read its script.
describe('the script for PowerShell', () => {
  const listOf = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(', ');

  test.each(Object.entries(flags))('has the flags of %s', async (command, expected) => {
    const [, listed = ''] =
      new RegExp(`'${command}' = @{ Flags = @\\((.*?)\\)`).exec(await printedScript('powershell')) ?? [];
    expect(listed.split(', ').sort()).toEqual(sorted(expected).map((flag) => `'${flag}'`));
  });

  test('has the values of a flag, and none where only the user or the disk knows them', async () => {
    const script = await printedScript('powershell');
    expect(script).toContain(`'--region' = { @(${listOf(regionIds)}) }`);
    expect(script).toContain(`'--capture' = { @('auto', 'browser', 'listener', 'paste') }`);
    for (const flag of ['--app-key', '--app-secret-file']) expect(script).toContain(`'${flag}' = { @() }`);
  });

  test('suggests each word where it is expected', async () => {
    const script = await printedScript('powershell');
    expect(script).toMatch(/'store' = .*; Words = @\({ @\('move', 'sql'\) }, { @\('keychain', [^{]*\) }\); Several/);
    expect(script).toMatch(/'status' = .*; Words = @\(\); /);
    expect(script).toMatch(/'doctor' = .*; Several = \$true }/);
    expect(script).toMatch(/'completion' = .*; Several = \$false }/);
  });
});
