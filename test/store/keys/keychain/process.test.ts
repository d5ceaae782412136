import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { Secret } from '../../../../src/ground/secret.ts';
import { keychainProblemOf, type Keychain } from '../../../../src/store/keys/keychain.ts';
import { answerLimit, type KeychainSettings } from '../../../../src/store/keys/keychain-process.ts';
import { read, remove, temporaryDirectory, write, systemKeychain } from '../../setting.ts';
import { onWindows } from '../../../tools/systems.ts';

/**
 * Creates a keychain whose package exports a class with this body. `noted` returns the values that the class recorded
 * with `note(value)`. `kept` is the path of a file that the class can use.
 */
async function keychainBy(
  entry: string,
  settings: Omit<Partial<KeychainSettings>, 'findKeyring'> = {},
): Promise<{ keychain: Keychain; noted: () => Promise<readonly unknown[]> }> {
  const directory = await temporaryDirectory();
  const [keyring, notes] = [join(directory, 'keyring.cjs'), join(directory, 'notes')];
  const lines = [
    `const { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } = require('node:fs');`,
    `const kept = ${JSON.stringify(join(directory, 'kept'))};`,
    `const note = (value) => appendFileSync(${JSON.stringify(notes)}, JSON.stringify(value) + '\\n');`,
    `exports.AsyncEntry = class { ${entry} };`,
  ];
  await writeFile(keyring, lines.join('\n'));
  return {
    keychain: systemKeychain({ env: {}, findKeyring: () => keyring, ...settings }),
    noted: async () => {
      const text = await readFile(notes, 'utf8').catch(() => '');
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as unknown);
    },
  };
}

const obliging = `
  constructor(...args) { note(args); }
  async setPassword(password) { writeFileSync(kept, password); }
  async getPassword() { return existsSync(kept) ? readFileSync(kept, 'utf8') : null; }
  async deletePassword() { const there = existsSync(kept); rmSync(kept, { force: true }); return there; }
`;

test('an entry is stored under the program’s name and the key’s id, never in the kernel’s keyring', async () => {
  const { keychain, noted } = await keychainBy(obliging);

  expect(await keychain(read('id'))).toEqual({ outcome: 'answered' });
  expect(await keychain(write('id', new Secret('the key')))).toEqual({ outcome: 'answered' });
  const found = await keychain(read('id'));
  expect('secret' in found && found.secret.reveal()).toBe('the key');
  expect(await keychain(remove('id'))).toEqual({ outcome: 'answered' });
  expect(await keychain(read('id'))).toEqual({ outcome: 'answered' });
  expect(await keychain(remove('id'))).toEqual({ outcome: 'answered' });
  const made = await noted();
  expect(made).toHaveLength(6);
  for (const args of made) expect(args).toEqual(['ottokit-tiktok', 'id', { linux: { store: 'secret-service' } }]);
});

test('the process that accesses the keychain has no secret in its arguments or its environment', async () => {
  const noting = `async setPassword() { note([process.argv, process.execArgv, process.env]); }`;
  const { keychain, noted } = await keychainBy(noting, {
    env: {
      OTTOKIT_TIKTOK_PASSPHRASE: 'a passphrase',
      NODE_OPTIONS: '--no-warnings',
      HOME: '/home/of/the/user',
      NOT_NODE_PATH: '/kept',
    },
  });
  expect(await keychain(write('id', new Secret('the key')))).toEqual({ outcome: 'answered' });

  const seen = JSON.stringify(await noted());
  for (const word of ['/home/of/the/user', '/kept']) expect(seen).toContain(word);
  for (const word of ['the key', 'a passphrase', 'OTTOKIT_TIKTOK', 'NODE_OPTIONS']) expect(seen).not.toContain(word);
});

// This uses the real package, which needs a session bus only on Linux.
test.for([
  undefined,
  '',
  '/dev/null',
  'none',
  'disabled:',
  'unix:',
  'unix:path=/nowhere/bus',
  'unix:path=/dev/null',
  'unix:path=',
  'unix:path',
  'unix:=/bus',
  'unix:path=%zz',
  'unix:path=/a\nb',
  'tcp:host=127.0.0.1,port=1,family=x',
  'unix:path=/etc/passwd/bus',
  `unix:path=/${'x'.repeat(200)}`,
  'unix:abstract=nowhere',
  'unix:path=/nowhere/a;unix:path=/nowhere/b',
  'tcp:host=127.0.0.1,port=1',
  'launchd:env=X',
  'unix:tmpdir=/tmp',
])('with %j as the address of the session bus, there is no keychain', async (address, { skip }) => {
  skip(process.platform !== 'linux', 'only Linux has a session bus');
  const env = { DBUS_SESSION_BUS_ADDRESS: address };
  expect(await systemKeychain({ env })(read('a'))).toEqual({ outcome: 'none', detail: 'there is no session bus' });
});

// Apple's and Microsoft's error texts, from their documentation.
test.each([
  ['locked', 'Platform failure: User interaction is not allowed.'],
  ['locked', 'Platform failure: User canceled the operation.'],
  ['none', 'Platform failure: A default keychain could not be found.'],
  ['none', 'Platform failure: Windows ERROR_NO_SUCH_LOGON_SESSION (1312)'],
  ['none', 'A specified logon session does not exist. It may already have been terminated. (os error 1312)'],
])('the outcome is “%s” if macOS or Windows answers “%s”', (outcome, words) => {
  expect(keychainProblemOf(words)).toMatchObject({ outcome });
});

test('the keychain has 3 seconds to answer, or 60 on a Mac where a user can answer a dialog', () => {
  expect(answerLimit(true, 'darwin')).toBe(60_000);
  for (const [attended, system] of [
    [false, 'darwin'],
    [true, 'linux'],
    [true, 'win32'],
  ] as const)
    expect(answerLimit(attended, system)).toBe(3_000);
});

test('Ctrl-C ends the wait for a dialog that nobody answers', async () => {
  const controller = new AbortController();
  const { keychain, noted } = await keychainBy(
    'getPassword() { note(process.pid); return new Promise(() => undefined); }',
    { attended: controller.signal, limit: 60_000 },
  );
  const reading = keychain(read('id'));
  await vi.waitFor(async () => {
    expect((await noted()).length).toBe(1);
  }, 20_000);
  controller.abort(new Error('Ctrl-C'));
  await expect(reading).rejects.toThrow('Ctrl-C');
});

test('an entry can still be removed after Ctrl-C', async () => {
  const controller = new AbortController();
  const { keychain } = await keychainBy(obliging, { attended: controller.signal });
  await keychain(write('id', new Secret('the key')));
  controller.abort(new Error('Ctrl-C'));
  await expect(keychain(read('id'))).rejects.toThrow('Ctrl-C');

  expect(await keychain(remove('id'))).toEqual({ outcome: 'answered' });
});

test('without the package there is no keychain', async () => {
  const missing = systemKeychain({
    env: {},
    findKeyring: () => {
      throw new Error("Cannot find module '@napi-rs/keyring'");
    },
  });
  expect(await missing(read('id'))).toMatchObject({ outcome: 'none' });
  expect(await missing(write('id', new Secret('x')))).toMatchObject({ outcome: 'none' });
  expect(await missing(remove('id'))).toMatchObject({ outcome: 'none' });
});

test('with a package that has no build for this system, there is no keychain', async () => {
  const keyring = join(await temporaryDirectory(), 'keyring.cjs');
  await writeFile(keyring, `throw new Error('Cannot find native binding')`);
  expect(await systemKeychain({ env: {}, findKeyring: () => keyring })(read('id'))).toMatchObject({ outcome: 'none' });
});

// Error texts of @napi-rs/keyring 2.1.2, copied from real runs.
test.each([
  [
    'none',
    'Platform failure: DBus error: Using X11 for dbus-daemon autolaunch was disabled at compile time, set your DBUS_SESSION_BUS_ADDRESS instead',
  ],
  ['none', 'Platform failure: DBus error: Failed to connect to socket /run/user/0/bus: No such file or directory'],
  ['none', 'Platform failure: DBus error: Failed to connect to socket /run/user/7/bus: Permission denied'],
  ['none', 'Platform failure: DBus error: The name org.freedesktop.secrets was not provided by any .service files'],
  ['none', "Couldn't access platform storage: Secret Service: no result found"],
  ['locked', "Couldn't access platform storage: Secret Service: unlock prompt was dismissed"],
  ['locked', "Couldn't access platform storage: Secret Service: object locked"],
  [
    'slow',
    'Platform failure: DBus error: Did not receive a reply. Possible causes include: the remote application did not send a reply',
  ],
  ['refused', 'Something else'],
])('the outcome is “%s” if the package answers “%s”', (outcome, words) => {
  expect(keychainProblemOf(words)).toMatchObject({ outcome });
});

test.each([
  ['is thrown by the constructor', `constructor() { throw new Error('autolaunch was disabled'); }`],
  ['is thrown by the call', `async getPassword() { throw new Error('autolaunch was disabled'); }`],
])('an error that %s is recognized', async (_, entry) => {
  const { keychain } = await keychainBy(entry);
  expect(await keychain(read('id'))).toEqual({ outcome: 'none', detail: 'there is no session bus' });
});

test('the first 200 characters of an unknown error are reported', () => {
  expect(keychainProblemOf('x'.repeat(300))).toEqual({ outcome: 'refused', detail: `it refused: ${'x'.repeat(200)}` });
});

test('if Node’s executable has been removed, the program reports that and continues', async ({ onTestFinished }) => {
  const { keychain } = await keychainBy(obliging);
  const { execPath } = process;
  onTestFinished(() => {
    process.execPath = execPath;
  });
  process.execPath = '/nowhere/node';

  expect(await keychain(read('id'))).toEqual({
    outcome: 'refused',
    detail: 'it couldn’t be asked: spawn /nowhere/node ENOENT',
  });
});

test.each([
  ['exits', 'process.exit(3)', 'code 3'],
  onWindows
    ? ['is killed', `process.kill(process.pid, 'SIGKILL')`, 'code 1']
    : ['crashes', `process.kill(process.pid, 'SIGSEGV')`, 'SIGSEGV'],
])('if the process that runs the package %s, that is reported and this process continues', async (_, how, words) => {
  const { keychain } = await keychainBy(`async getPassword() { ${how}; }`);
  const answer = await keychain(read('id'));
  expect(answer).toMatchObject({ outcome: 'refused', detail: expect.stringContaining(words) as string });
});

/** The process exits by itself, because the one that started it may have been killed. */
test.each([
  ['never settles', 'getPassword() { note(process.pid); return new Promise(() => undefined); }'],
  ['blocks its thread forever', 'constructor() { note(process.pid); for (;;); }'],
])('a keychain that %s counts as slow, and the process that asks it exits by itself', async (_, entry) => {
  const { keychain, noted } = await keychainBy(entry, { limit: 1_000 });
  expect(await keychain(read('id'))).toEqual({ outcome: 'slow', detail: 'no answer within 1 seconds' });
  // On a slow machine, the time may be up before the package is loaded.
  for (const pid of await noted()) expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH');
});

test('the answer is still read if the package prints something', async () => {
  const { keychain } = await keychainBy(
    `async getPassword() { process.stdout.write('{"outcome":"odd"}'); return null; }`,
  );
  expect(await keychain(read('id'))).toEqual({ outcome: 'answered' });
});
