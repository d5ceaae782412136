import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, chown, lstat, mkdir, readdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { getuid } from 'node:process';
import { expect, onTestFinished, test } from 'vitest';
import { connected, ioIn } from '../child-setting.ts';
import { startWorker, useWorkers, type Child } from '../children.ts';
import {
  failureOf,
  filesBelow,
  toPlain,
  keyPath,
  memoryKeychain,
  storeIn,
  storePath,
  temporaryDirectory,
} from '../setting.ts';
import { noFifos, noLinks, noModes, noShell, noSockets, onWindows } from '../../tools/systems.ts';

useWorkers();

const isRoot = getuid?.() === 0;
const nobody = 65_534;

/** Starts a task as a user who is bound by file modes: this user, or `nobody` if this user is root. */
async function startBound(root: string, args: readonly string[], shell?: string): Promise<Child> {
  if (isRoot) {
    const all = await readdir(root, { recursive: true });
    await Promise.all([root, ...all.map((name) => join(root, name))].map((path) => chown(path, nobody, nobody)));
  }
  return startWorker(args, shell, isRoot ? nobody : undefined);
}

/** Makes this directory unwritable until the test ends. */
async function closeUntilTheEnd(directory: string): Promise<void> {
  await chmod(directory, 0o500);
  onTestFinished(() => chmod(directory, 0o700));
}

async function storeWith(name = 'default'): Promise<{ root: string; path: string }> {
  const root = await temporaryDirectory();
  await (await storeIn(root)).change(name, () => connected(name));
  return { root, path: storePath(root) };
}

test('a directory in place of the store is reported and left alone', async () => {
  const root = await temporaryDirectory();
  await mkdir(storePath(root), { recursive: true });
  await writeFile(join(storePath(root), 'inside'), 'kept');

  const failure = await failureOf(storeIn(root), 'store-unreadable');

  expect(failure.message).toContain(storePath(root));
  expect(failure.message).toContain('it is a directory');
  expect(await readFile(join(storePath(root), 'inside'), 'utf8')).toBe('kept');
});

test('a symbolic link in place of the store isn’t followed, wherever it leads', async ({ skip }) => {
  skip(onWindows, noLinks);
  const { root, path } = await storeWith();
  const elsewhere = join(root, 'elsewhere');
  await rename(path, elsewhere);
  for (const target of [elsewhere, join(root, 'nothing'), '/dev/zero']) {
    await symlink(target, path);
    expect((await failureOf(storeIn(root), 'store-unreadable')).message).toContain('symbolic link');
    await rename(path, join(root, `link-${String(target.length)}`));
  }
  expect((await lstat(elsewhere)).isFile()).toBe(true);
});

test('a FIFO in place of the store doesn’t hang the program', async ({ skip }) => {
  skip(onWindows, noFifos);
  const root = await temporaryDirectory();
  await mkdir(join(root, 'config'), { mode: 0o700 });
  execFileSync('mkfifo', [storePath(root)]);

  expect((await failureOf(storeIn(root), 'store-unreadable')).message).toContain('isn’t a regular file');
});

test('a socket in place of the store, its lock or its key is reported', async ({ skip }) => {
  skip(onWindows, noSockets);
  const { root, path } = await storeWith();
  const listenAt = async (socket: string): Promise<void> => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    onTestFinished(() => void server.close());
  };
  await listenAt(`${path}.lock`);
  expect((await failureOf((await storeIn(root)).proveWritable(), 'store-unwritable')).message).toContain(
    'connections.lock',
  );

  const key = await keyPath(root);
  await rename(key, join(root, 'key'));
  await listenAt(key);
  expect((await failureOf(storeIn(root), 'key-missing')).message).toContain('isn’t a regular file');

  await rename(path, join(root, 'store'));
  await listenAt(path);
  await failureOf(storeIn(root), 'store-unreadable');
});

test('a directory, a link or a large file in place of the lock is reported at once, with advice to move it', async ({
  skip,
}) => {
  skip(onWindows, noLinks);
  const { root, path } = await storeWith();
  const store = await storeIn(root);
  const reported = async (): Promise<string> => {
    const { message, fix } = await failureOf(store.proveWritable(), 'store-unwritable');
    expect(fix).toBe(`Move ${path}.lock somewhere else, then run the same command again.`);
    await rename(`${path}.lock`, join(root, randomUUID()));
    return message;
  };
  await mkdir(`${path}.lock`);
  expect(await reported()).toContain('it is a directory');
  await symlink(join(root, 'nothing'), `${path}.lock`);
  expect(await reported()).toContain('symbolic link');
  await writeFile(`${path}.lock`, 'x'.repeat(5_000));
  expect(await reported()).toContain('it isn’t a lock of this program');
});

test('a file in place of the store’s directory is reported, and nothing is created', async () => {
  const root = await temporaryDirectory();
  await writeFile(join(root, 'config'), 'a file');

  if (onWindows) await failureOf((await storeIn(root)).proveWritable(), 'store-unwritable');
  else await failureOf(storeIn(root), 'store-unreadable');

  expect([...(await filesBelow(root)).keys()]).toEqual(['config']);
});

test('a file in place of the key’s directory is reported, and no store is created', async () => {
  const root = await temporaryDirectory();
  await writeFile(join(root, 'data'), 'a file');
  const store = await storeIn(root);

  const failure = await failureOf(store.proveWritable(), 'store-unwritable');

  expect(failure.message).toContain(join(root, 'data', 'keys'));
  expect([...(await filesBelow(root)).keys()]).toEqual(['data']);
});

test('a path that is too long for a new file is reported before anything can be lost', async ({ skip }) => {
  skip(process.platform !== 'linux', 'other systems have another limit for a path');
  const root = await temporaryDirectory();
  // The lock's path has at most 4,095 bytes, and a new file beside the store has a longer one.
  const configDirectory = join(root, `${'d'.repeat(200)}/`.repeat(21)).slice(0, 4_070);
  const store = await storeIn(root, { io: { ...ioIn(root), configDirectory: () => configDirectory } });
  const works = [
    () => store.proveWritable(),
    () => store.change('default', () => connected('default')),
    () => store.change('default', (_, proveWritable) => proveWritable().then(() => undefined)),
  ];

  for (const work of works) {
    const failure = await failureOf(work(), 'store-unwritable');
    expect(failure.message).toContain('(the name is too long, ENAMETOOLONG)');
  }
  expect(await readdir(configDirectory)).toEqual([]);
});

test('a store that this user can’t read is reported and left alone', { tags: 'process' }, async ({ skip }) => {
  skip(onWindows, noModes);
  const { root, path } = await storeWith();
  await chmod(path, 0);

  const child = await startBound(root, ['read', root]);

  expect(await child.ended).toBe(1);
  expect(child.lines.join()).toMatch(/failure store-unreadable: .*permission denied, EACCES/);
  expect((await stat(path)).mode & 0o777).toBe(0);
});

test(
  'a directory that this user can’t write to is reported, and the store is unchanged',
  { tags: 'process' },
  async ({ skip }) => {
    skip(onWindows, noModes);
    const { root, path } = await storeWith();
    const before = await readFile(path);
    await closeUntilTheEnd(join(root, 'config'));

    for (const task of [
      ['prove', root],
      ['add', root, 'more', '1'],
    ]) {
      const child = await startBound(root, task);
      expect(await child.ended).toBe(1);
      expect(child.lines.join()).toMatch(/failure store-unwritable: .*permission denied, EACCES/);
    }
    expect(await readFile(path)).toEqual(before);
  },
);

test('a new store that can’t be written leaves no key behind', async ({ skip }) => {
  skip(onWindows, noModes);
  const root = await temporaryDirectory();
  await mkdir(join(root, 'config'), { mode: 0o700 });
  await closeUntilTheEnd(join(root, 'config'));

  const child = await startBound(root, ['prove', root]);

  expect(await child.ended).toBe(1);
  expect(child.lines.join()).toMatch(/failure store-unwritable: .*permission denied, EACCES/);
  expect([...(await filesBelow(root)).keys()]).toEqual([]);
});

test('a volume that everybody can write to and whose mode can’t be changed is refused for that reason', async ({
  skip,
}) => {
  skip(!isRoot, 'only root can create a directory of another user');
  const root = await temporaryDirectory();
  await chmod(root, 0o755);
  await mkdir(join(root, 'config'));
  await chmod(join(root, 'config'), 0o777);

  const child = startWorker(['prove', root], '', nobody);

  expect(await child.ended).toBe(1);
  expect(child.lines.join()).toMatch(/other users can open the directory and its mode can’t be changed: .*EPERM/);
});

test(
  'a damaged store that can’t be quarantined is reported, and doesn’t count as empty',
  { tags: 'process' },
  async ({ skip }) => {
    skip(onWindows, noModes);
    const { root, path } = await storeWith();
    await writeFile(path, 'damaged');
    await closeUntilTheEnd(join(root, 'config'));

    const child = await startBound(root, ['read', root]);

    expect(await child.ended).toBe(1);
    expect(child.lines.join()).toMatch(
      /failure store-unreadable: .*damaged, and couldn’t be moved aside: permission denied, EACCES/,
    );
    expect(await readFile(path, 'utf8')).toBe('damaged');
  },
);

test(
  'if the disk fills up in the middle of a write, the old file stays intact',
  { tags: 'process' },
  async ({ skip }) => {
    skip(onWindows, noShell);
    const { root, path } = await storeWith();
    // A limit on the file size cuts off a write halfway, just like a full disk.
    const child = startWorker(['grow', root, 'default'], 'ulimit -f 40');

    expect(await child.ended).toBe(1);

    expect(child.lines.at(-1)).toMatch(/failure store-unwritable: .*EFBIG/);
    const size = Number(child.lines.at(-2));
    expect(size).toBeGreaterThan(1_000);
    expect((await (await storeIn(root)).profile('default'))?.updatedAt).toBe(size);
    expect(await readdir(dirname(path))).toEqual(['connections']);
  },
);

test('a nearly full disk is reported before anything can be lost', { tags: 'process' }, async ({ skip }) => {
  skip(onWindows, noShell);
  const { root } = await storeWith();
  const child = startWorker(['prove', root], 'ulimit -f 40');

  expect(await child.ended).toBe(1);
  expect(child.lines.at(-1)).toMatch(/failure store-unwritable: /);
  expect(await readdir(join(root, 'config'))).toEqual(['connections']);
});

test('a store readable by other users is made private, with a warning', async ({ skip }) => {
  skip(onWindows, noModes);
  const { root, path } = await storeWith();
  await chmod(path, 0o644);
  await chmod(await keyPath(root), 0o640);
  const warnings: string[] = [];

  const store = await storeIn(root, { warn: (sentence) => warnings.push(sentence) });

  expect(toPlain(await store.profile('default'))).toEqual(toPlain(connected('default')));
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await stat(await keyPath(root))).mode & 0o777).toBe(0o600);
  expect(warnings).toEqual([
    `Other users could open the store ${path}; now only you can.`,
    `Other users could open the key file ${await keyPath(root)}; now only you can.`,
  ]);
});

test('a directory open to other users is made private at the next change, with a warning', async ({ skip }) => {
  skip(onWindows, noModes);
  const { root } = await storeWith();
  await chmod(join(root, 'config'), 0o755);
  const warnings: string[] = [];
  const store = await storeIn(root, { warn: (sentence) => warnings.push(sentence) });

  await store.change('default', (current) => current);

  expect((await stat(join(root, 'config'))).mode & 0o777).toBe(0o700);
  expect(warnings).toEqual([`Other users could look into ${join(root, 'config')}; now only you can.`]);
});

test('a directory open to other users is made private before the key is moved, with a warning', async ({ skip }) => {
  skip(onWindows, noModes);
  const { root } = await storeWith();
  const warnings: string[] = [];
  const store = await storeIn(root, { keychain: memoryKeychain(), warn: (sentence) => warnings.push(sentence) });
  await chmod(join(root, 'config'), 0o755);

  await store.moveKey({ to: 'keychain' });

  expect((await stat(join(root, 'config'))).mode & 0o777).toBe(0o700);
  expect(warnings).toEqual([`Other users could look into ${join(root, 'config')}; now only you can.`]);
});

test('a directory with other files in it keeps its mode, and is refused if others can write to it', async ({
  skip,
}) => {
  skip(onWindows, noModes);
  const { root } = await storeWith();
  const directory = join(root, 'config');
  await writeFile(join(directory, 'notes'), 'of somebody');
  const store = await storeIn(root);
  await chmod(directory, 0o755);

  await store.change('default', () => connected('default', { updatedAt: 3 }));
  expect((await stat(directory)).mode & 0o777).toBe(0o755);

  await chmod(directory, 0o1777);
  const failure = await failureOf(
    store.change('default', () => connected('default')),
    'store-unwritable',
  );
  expect(failure.message).toContain('other users can write');
  expect((await store.profile('default'))?.updatedAt).toBe(3);
});

test('a run with sudo gives the files to the owner of the directory', async ({ skip }) => {
  skip(onWindows, noModes);
  const { root, path } = await storeWith();
  const owner = isRoot ? nobody : (getuid?.() ?? 0);
  await chown(join(root, 'config'), owner, (await stat(root)).gid);

  await (await storeIn(root)).change('default', () => connected('default', { updatedAt: 5 }));

  const { uid, mode } = await stat(path);
  expect([uid, mode & 0o777]).toEqual([owner, 0o600]);
});
