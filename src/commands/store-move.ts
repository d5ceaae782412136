import { given } from '../ground/env.ts';
import { fail, type Failure } from '../ground/errors.ts';
import type { Io } from '../ground/io.ts';
import { keyMoveJson, keyMoveText, profilesMoveJson, profilesMoveText } from '../output/store-move.ts';
import { show, toJson } from '../output/format.ts';
import { withWaitMessage } from '../ground/wait-message.ts';
import { Secret } from '../ground/secret.ts';
import { backendAt, backends, examples, isFile } from '../store/backends.ts';
import type { KeySource } from '../store/store.ts';
import { askTwice, notEmpty, openStoreFor } from './open-store.ts';
import type { ExitCode, Program } from './program.ts';

export interface StoreOptions {
  readonly action: 'move' | 'sql';
  /** Where to move the key, or every profile. */
  readonly place?: string;
  readonly json: boolean;
}

/**
 * Moves the store's key, changes its passphrase, moves every profile to another store, or prints the SQL for a
 * database's tables.
 * @throws Failure usage; store-absent; missing-answers; keychain-failed; store-not-empty; and those of the store
 */
export async function store(program: Program, { action, place: to = '', json }: StoreOptions): Promise<ExitCode> {
  if (action === 'sql' && to !== '') throw usage('Use `ottokit-tiktok store sql`.');
  if (action === 'sql') return await printTables(program, json);
  if (to === 'keychain' || to === 'passphrase' || to === 'key-file') return await moveKey(program, to, json);
  if (to === 'file' || backends.some(({ isAddress }) => isAddress(to))) return await moveProfiles(program, to, json);
  // Don't repeat `to`, because it may be an address with a password.
  throw usage(`Name a destination: keychain, passphrase, key-file, file, or an address such as ${examples()}.`);
}

/** Prints the SQL for the store in use, or for the first backend if the store in use is the file. */
async function printTables({ io, print }: Program, json: boolean): Promise<ExitCode> {
  const named = io.env['OTTOKIT_TIKTOK_STORE'];
  const backend = isFile(named) ? backends[0] : backendAt(named);
  const sql = (await backend.load()).sql.trimEnd();
  print(json ? toJson({ sql }) : sql);
  return 0;
}

async function moveKey(program: Program, to: KeySource, json: boolean): Promise<ExitCode> {
  const { io } = program;
  const opened = await openStoreFor(io);
  const { location: path, keySource: from } = opened;
  if (from === null) throw fail('store-absent', { path });
  const place = to === 'passphrase' ? { to, passphrase: await newPassphrase(io, from) } : { to };
  show(program, json, { path, to, ...(await opened.moveKey(place)) }, keyMoveJson, keyMoveText);
  return 0;
}

/** Moves every profile from the file to the store at `to`; or, if `to` is `file`, from the store in use to the file. */
async function moveProfiles(program: Program, to: string, json: boolean): Promise<ExitCode> {
  const { io } = program;
  const named = io.env['OTTOKIT_TIKTOK_STORE'];
  if (to === 'file' && isFile(named))
    throw usage('Use --store or OTTOKIT_TIKTOK_STORE to name the store to move from.');
  const openAt = (place: string) => openStoreFor({ ...io, env: { ...io.env, OTTOKIT_TIKTOK_STORE: place } });
  const source = await openAt(to === 'file' ? (named ?? '') : 'file');
  if (source.keySource === null) throw fail('store-absent', { path: source.location });
  const target = await openAt(to);
  const moved = await withWaitMessage(io, `Moving to ${target.location}`, () => source.moveTo(target));
  const { location, keySource } = target;
  const result = { from: source.location, to: location, isFile: to === 'file', keySource, ...moved };
  show(program, json, result, profilesMoveJson, profilesMoveText);
  return 0;
}

/** OTTOKIT_TIKTOK_PASSPHRASE holds the current passphrase if the store has one, otherwise the new one. */
async function newPassphrase(io: Io, from: KeySource): Promise<Secret> {
  const { ask, env } = io;
  const passphrase = given(env, 'OTTOKIT_TIKTOK_PASSPHRASE');
  if (passphrase !== undefined && from !== 'passphrase') return new Secret(passphrase);
  if (ask === null) {
    const missing =
      from === 'passphrase'
        ? { what: 'a new passphrase (OTTOKIT_TIKTOK_PASSPHRASE holds the current one)' }
        : { flag: 'OTTOKIT_TIKTOK_PASSPHRASE', what: 'the store’s new passphrase' };
    throw fail('missing-answers', { command: 'store move passphrase', missing: [missing] });
  }
  return await askTwice(io, ask, 'New passphrase for the store', notEmpty);
}

const usage = (problem: string): Failure => fail('usage', { problem, command: 'store' });
