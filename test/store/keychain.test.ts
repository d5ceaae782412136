import { expect, test } from 'vitest';
import { Secret } from '../../src/secret.ts';
import { systemKeychain, type KeyringPackage } from '../../src/store/keys/keychain.ts';

type Entry = InstanceType<KeyringPackage['AsyncEntry']>;

/** The package with this behaviour; notes how entries were made. */
function packageOf(entry: Partial<Entry>, made: unknown[] = []): () => Promise<KeyringPackage> {
  const unexpected = () => Promise.reject(new Error('not expected'));
  return () =>
    Promise.resolve({
      AsyncEntry: class {
        getPassword = entry.getPassword ?? unexpected;
        setPassword = entry.setPassword ?? unexpected;
        deletePassword = entry.deletePassword ?? unexpected;
        constructor(...args: unknown[]) {
          made.push(args);
        }
      },
    });
}

const failingWith = (message: string) => packageOf({ getPassword: () => Promise.reject(new Error(message)) });

test('an entry is kept under the program and the id of the key, never in the memory of the kernel', async () => {
  const made: unknown[] = [];
  const kept: string[] = [];
  const load = packageOf(
    {
      setPassword: (password) => Promise.resolve(kept.push(password)),
      getPassword: () => Promise.resolve(kept[0] ?? null),
      deletePassword: () => Promise.resolve(kept.pop() !== undefined),
    },
    made,
  );
  const keychain = systemKeychain(load);

  expect(await keychain.read('id')).toEqual({ outcome: 'missing' });
  expect(await keychain.write('id', new Secret('the key'))).toEqual({ outcome: 'stored' });
  const found = await keychain.read('id');
  expect(found.outcome === 'found' && found.secret.reveal()).toBe('the key');
  expect(await keychain.remove('id')).toEqual({ outcome: 'removed' });
  expect(await keychain.remove('id')).toEqual({ outcome: 'missing' });
  expect(new Set(made.map((args) => JSON.stringify(args)))).toEqual(
    new Set([JSON.stringify(['ottokit-tiktok', 'id', { linux: { store: 'secret-service' } }])]),
  );
});

test('a package that is not installed is no keychain', async () => {
  const missing = systemKeychain(() => Promise.reject(new Error("Cannot find package '@napi-rs/keyring'")));
  expect(await missing.read('id')).toMatchObject({ outcome: 'none' });
  expect(await missing.write('id', new Secret('x'))).toMatchObject({ outcome: 'none' });
});

// The words of @napi-rs/keyring 2.1.2, copied from real runs.
test.each([
  [
    'none',
    'Platform failure: DBus error: Using X11 for dbus-daemon autolaunch was disabled at compile time, set your DBUS_SESSION_BUS_ADDRESS instead',
  ],
  ['none', 'Platform failure: DBus error: Failed to connect to socket /run/user/0/bus: No such file or directory'],
  ['none', 'Platform failure: DBus error: The name org.freedesktop.secrets was not provided by any .service files'],
  ['none', "Couldn't access platform storage: Secret Service: no result found"],
  ['locked', "Couldn't access platform storage: Secret Service: unlock prompt was dismissed"],
  ['locked', "Couldn't access platform storage: Secret Service: object locked"],
  [
    'slow',
    'Platform failure: DBus error: Did not receive a reply. Possible causes include: the remote application did not send a reply',
  ],
  ['refused', 'Platform failure: DBus error: Failed to connect to socket /run/user/0/bus: Permission denied'],
  ['refused', 'Something else'],
])('%s is told from “%s”', async (outcome, message) => {
  expect(await systemKeychain(failingWith(message)).read('id')).toMatchObject({ outcome });
});

test('an error that is thrown when the entry is made is told too', async () => {
  const load = (): Promise<KeyringPackage> =>
    Promise.resolve({
      AsyncEntry: class {
        getPassword = () => Promise.resolve(null);
        setPassword = () => Promise.resolve();
        deletePassword = () => Promise.resolve(false);
        constructor() {
          throw new Error('DBus error: Using X11 for dbus-daemon autolaunch was disabled');
        }
      },
    });
  expect(await systemKeychain(load).read('id')).toMatchObject({ outcome: 'none' });
});

test('a keychain that does not answer in time is slow, and the request is withdrawn', async () => {
  let withdrawn = false;
  const load = packageOf({
    getPassword: (signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          withdrawn = true;
          resolve(null);
        });
      }),
  });

  const answer = await systemKeychain(load, 20).read('id');

  expect(answer).toEqual({ outcome: 'slow', detail: 'no answer within 0.02 seconds' });
  expect(withdrawn).toBe(true);
});

test('a keychain that never settles is slow all the same', async () => {
  const load = packageOf({ setPassword: () => new Promise(() => undefined) });
  expect(await systemKeychain(load, 20).write('id', new Secret('x'))).toMatchObject({ outcome: 'slow' });
});
