import { chmod, cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { isFailure } from '../../../src/ground/errors.ts';
import type { Profile } from '../../../src/store/model/profile.ts';
import type { Store } from '../../../src/store/store.ts';
import { connected, ioIn } from '../child-setting.ts';
import { failureOf, toPlain, splitStore, storeIn, storePath, temporaryDirectory } from '../setting.ts';

const passphrase = { OTTOKIT_TIKTOK_PASSPHRASE: 'of the released format' };

interface Copied {
  readonly path: string;
  readonly open: () => Promise<Store>;
}

/** Copies a store that an earlier build wrote and, if it has a key file, that too. */
async function copyOf(format: 1 | 2, kind: 'key-file' | 'passphrase'): Promise<Copied> {
  const root = await temporaryDirectory();
  await cp(fileURLToPath(new URL(`../../fixtures/store-${String(format)}/${kind}`, import.meta.url)), root, {
    recursive: true,
  });
  for (const file of ['config', 'config/connections', ...(kind === 'key-file' ? ['data/keys'] : [])])
    await chmod(join(root, file), file.endsWith('connections') ? 0o600 : 0o700);
  const io = ioIn(root, kind === 'passphrase' ? passphrase : {});
  return { path: storePath(root), open: () => storeIn(root, { io }) };
}

const begun: Profile = {
  name: 'begun',
  app: { region: 'us' },
  journal: { done: { portal: 1 }, waitingForApproval: true },
  shops: [],
  createdAt: 1,
  updatedAt: 2,
};

/** With an id that only earlier versions stored: a profile keeps fields that this version doesn't know. */
function connectedBefore(name: string): Profile {
  const { tokens, ...rest } = connected(name);
  if (tokens === undefined) throw new Error('not connected');
  return { ...rest, tokens: Object.assign(tokens, { openId: 'open-id' }) };
}

function notInOttokit(): Profile {
  const { pendingReplacement: _, ...rest } = connectedBefore('not-in-ottokit');
  return { ...rest, journal: { done: { verify: 6 } }, ottokit: { connected: false, confirmedAt: 20 } };
}

/** With two journal fields that only earlier versions stored. */
function complete(): Profile {
  const { journal, ...rest } = connectedBefore('everything');
  const { redirectSetBack: _, ...known } = journal;
  return { ...rest, journal: Object.assign(known, { redirectToRestore: true, shopsUnknown: false }) };
}

const everything = [begun, complete(), notInOttokit()].map(toPlain);

const released = [
  [1, 'key-file'],
  [1, 'passphrase'],
  [2, 'key-file'],
  [2, 'passphrase'],
] as const;

test.each(released)(
  'a store in format %i with the key source %s can be read completely, and reading doesn’t change it',
  async (...which) => {
    const { path, open } = await copyOf(...which);
    const before = await readFile(path);

    const store = await open();

    expect((await store.profiles()).map(toPlain)).toEqual(everything);
    expect(await store.names()).toHaveLength(everything.length);
    await store.proveWritable();
    expect(await readFile(path)).toEqual(before);
  },
);

test.each(released)(
  'the next change writes a store in format %i with the key source %s in the current format',
  async (...which) => {
    const { path, open } = await copyOf(...which);

    await (await open()).change('begun', (current) => current && { ...current, updatedAt: 3 });

    expect(splitStore(await readFile(path)).header['format']).toBe(2);
    const [changed, ...others] = (await (await open()).profiles()).map(toPlain);
    expect(changed).toEqual(toPlain({ ...begun, updatedAt: 3 }));
    expect(others).toEqual(everything.slice(1));
  },
);

test('a flipped bit anywhere in a store in format 1 is detected, and nothing is moved or lost', async () => {
  const { path, open } = await copyOf(1, 'key-file');
  const intact = await readFile(path);
  const outcomes = new Set<string>();
  for (let at = 0; at < intact.length; at += 7) {
    const bytes = Buffer.from(intact);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    await writeFile(path, bytes);
    const outcome = await open().catch((error: unknown) => error);
    outcomes.add(isFailure(outcome) ? outcome.code : 'read');
    expect(await readFile(path)).toEqual(bytes);
  }
  expect([...outcomes].sort()).toEqual(['key-missing', 'store-damaged', 'store-older']);
  await writeFile(path, intact.subarray(0, -1));
  await failureOf(open(), 'store-damaged');
  expect(await readdir(join(path, '..'))).toEqual(['connections']);
});
