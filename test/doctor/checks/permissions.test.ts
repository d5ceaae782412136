import { expect, test } from 'vitest';
import { permissions } from '../../../src/doctor/checks/permissions.ts';
import type { Facts } from '../../../src/doctor/facts.ts';
import type { StoreInspection } from '../../../src/store/store.ts';

const home = String.raw`C:\Users\Ann`;

/** Doctor's report on Windows for a store and a key file in these folders. */
const onWindows = (
  directory: string,
  keys: string,
  lock?: StoreInspection['lock'],
  findings?: StoreInspection['findings'],
) => {
  const inspection: StoreInspection = {
    directory,
    path: String.raw`${directory}\connections`,
    exists: true,
    ...(lock && { lock }),
    ...(findings && { findings }),
    // Node reports file modes on Windows too, but they mean nothing there.
    directoryMode: 0o777,
    fileMode: 0o666,
    keyFile: { path: String.raw`${keys}\a.key`, mode: 0o666, directoryMode: 0o777 },
  };
  const io = { host: { platform: 'win32', homeDirectory: home } };
  return permissions.run({ inspection: () => Promise.resolve(inspection), io, fixed: false } as unknown as Facts);
};

test.each([
  [String.raw`C:\Users\Ann\AppData\Roaming\ottokit-tiktok`, String.raw`C:\Users\Ann\AppData\Local\keys`],
  [String.raw`c:\users\ann\store`, String.raw`C:\USERS\ANN\keys`],
])('on Windows, a store in %s, in the profile folder, counts as private', async (directory, keys) => {
  const finding = await onWindows(directory, keys);
  expect(finding).toMatchObject({ status: 'pass' });
  expect(JSON.stringify(finding)).toContain('its access list wasn’t read');
});

test('on Windows, doctor doesn’t claim to have checked who can open a database’s key file', async () => {
  const keys = String.raw`C:\Users\Ann\keys`;
  const finding = JSON.stringify(await onWindows('D:', keys, undefined, []));
  expect(finding).toContain('its access list wasn’t read');
  expect(finding).not.toContain('D:');
  expect(await onWindows('D:', String.raw`D:\keys`, undefined, [])).toMatchObject({ status: 'warn' });
});

test('on Windows too, doctor says that another program is using the store', async () => {
  const [directory, keys] = [String.raw`C:\Users\Ann\store`, String.raw`C:\Users\Ann\keys`];
  const lock = { pid: 7, alive: true };
  expect(JSON.stringify(await onWindows(directory, keys, lock))).toContain('is using it now');
});

test.each([
  [String.raw`D:\store`, String.raw`C:\Users\Ann\keys`, String.raw`D:\store`],
  [String.raw`C:\Users\Ann\store`, String.raw`C:\ProgramData\keys`, String.raw`C:\ProgramData\keys`],
  [String.raw`C:\Users\Anna\store`, String.raw`C:\Users\Ann\keys`, String.raw`C:\Users\Anna\store`],
  [String.raw`C:\Users\Ann\..\Bob\store`, String.raw`C:\Users\Ann\keys`, 'Bob'],
  [String.raw`\\server\share\store`, String.raw`C:\Users\Ann\keys`, String.raw`\\server\share\store`],
])('on Windows, doctor doesn’t claim that %s with keys in %s is private', async (directory, keys, outside) => {
  const finding = await onWindows(directory, keys);
  expect(finding).toMatchObject({ status: 'warn' });
  expect(JSON.stringify(finding)).toContain(JSON.stringify(outside).slice(1, -1));
  expect(JSON.stringify(finding)).toContain('icacls');
});

test('a command to run names neither the home directory nor half a character of it', async () => {
  const homeDirectory = '/home/Ann 😀 Smith';
  const directory = `${homeDirectory}/the config`;
  const path = `${directory}/connections 😀`;
  const inspection = { directory, path, exists: true, fileMode: 0o644, directoryMode: 0o700 };
  const io = { host: { platform: 'linux', homeDirectory } };
  const facts = { inspection: () => Promise.resolve(inspection), io, fixed: true } as unknown as Facts;
  expect(await permissions.run(facts)).toMatchObject({
    fix: expect.stringContaining(String.raw`chmod go= ~/the\ config/connections\ \😀`) as string,
  });
});
