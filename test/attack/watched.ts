import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { Secret } from '../../src/ground/secret.ts';
import { parseFile } from '../../src/store/file/envelope.ts';
import { keyFromPassphrase } from '../../src/store/keys/data-key.ts';
import { filesBelow, type Machine } from '../journeys/machine.ts';
import type { Run } from '../journeys/run.ts';
import { tracesIn } from '../journeys/traces.ts';
import { readTrace, tracedTo } from './trace.ts';

interface Given {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Set if the seller opens the printed link and approves. */
  readonly follows?: true;
  /** The one secret that must be on stdout. */
  readonly prints?: 'accessToken';
  /** Matches a program that must be started. */
  readonly starts?: RegExp;
}

const address = /^http:\/\/127\.0\.0\.1:\d+\/open\/authorize\?\S+$/m;

/**
 * Returns a function that runs the program and fails if anything it showed, wrote or passed to another program contains
 * one of these secrets or a key of its store. Requests to TikTok Shop don't count.
 */
export function watched(
  machine: Machine,
  secrets: () => readonly string[],
  origin: string,
): (args: readonly string[], given?: Given) => Promise<Run> {
  const keys = new Set<string>();
  let count = 0;
  return async (args, { follows, prints, starts, ...given } = {}) => {
    const file = join(machine.directory, `trace-${String((count += 1))}`);
    await addKeys(keys, machine, given.env);
    const running = machine.start(args, { ...given, limit: 120_000, through: tracedTo(file) });
    if (follows === true) {
      const shown = await running.seen(address).catch(() => undefined);
      if (shown !== undefined) await fetch(shown[0]).catch(() => undefined);
    }
    const run = await running.ended;
    await addKeys(keys, machine, given.env);

    const shown = `${args.join(' ')}\n${run.stderr}${run.stdout}`;
    const all = [...secrets(), ...keys];
    const { started, written } = await readTrace(file);
    expect(tracesIn(Buffer.from(run.stderr), all), shown).toEqual([]);
    expect(tracesIn(Buffer.from(run.stdout), all).length, shown).toBe(prints === undefined ? 0 : 1);
    for (const program of started) expect(tracesIn(program, all), shown + program.toString()).toEqual([]);
    if (starts !== undefined) expect(started.map(String).join('\n')).toMatch(starts);
    const port = new URL(origin).port;
    for (const { to, bytes, descriptor } of written) {
      if (to.endsWith(`->127.0.0.1:${port}]`) || (prints !== undefined && descriptor === 1)) continue;
      const here = tracesIn(bytes, mayHoldKey(to) ? secrets() : all);
      expect(here, `${shown}\nwrote to ${to}:\n${bytes.toString()}`).toEqual([]);
    }
    for (const { path, bytes } of await filesBelow(machine.temporaryDirectory)) {
      expect(tracesIn(bytes, all), path).toEqual([]);
    }
    for (const { path, bytes } of await filesBelow(machine.configDirectory).catch(() => [])) {
      expect(tracesIn(bytes, all), path).toEqual([]);
    }
    return run;
  };
}

/** Whether this is the key file itself or the socket to the process that asks the keychain. */
const mayHoldKey = (to: string): boolean => /\/keys\/[0-9a-f]{32}\.key/.test(to) || to.startsWith('UNIX');

/** Adds the keys that open the store now, in hex and both forms of base64. */
async function addKeys(keys: Set<string>, machine: Machine, env: Given['env'] = {}): Promise<void> {
  const directory = join(machine.home, '.local', 'share', 'ottokit-tiktok', 'keys');
  const found: Buffer[] = [];
  for (const name of await readdir(directory).catch(() => [])) {
    const [file] = (await filesBelow(directory)).filter(({ path }) => path.endsWith(name));
    found.push(Buffer.from(file?.bytes.toString().trim() ?? '', 'hex'));
  }
  const passphrase = env['OTTOKIT_TIKTOK_PASSPHRASE'] ?? '';
  const [store] = (await filesBelow(machine.configDirectory).catch(() => [])).filter(({ path }) =>
    path.endsWith('/connections'),
  );
  const parsed = store === undefined ? undefined : parseFile(store.bytes);
  if (passphrase !== '' && parsed?.state === 'sealed' && parsed.envelope.key.source === 'passphrase') {
    const { material } = await keyFromPassphrase(new Secret(passphrase), parsed.envelope.key.kdf);
    found.push(material.export());
  }
  for (const key of found) {
    expect(key).toHaveLength(32);
    keys.add(key.toString('hex')).add(key.toString('base64')).add(key.toString('base64url'));
  }
}
