import { defined } from '../ground/defined.ts';
import { given } from '../ground/env.ts';
import { fail, isFailure, type Failure } from '../ground/errors.ts';
import type { Ask, Check, Io } from '../ground/io.ts';
import { Secret } from '../ground/secret.ts';
import { withWaitMessage } from '../ground/wait-message.ts';
import { isFile } from '../store/backends.ts';
import type { Profile } from '../store/model/profile.ts';
import { openStore } from '../store/open-store.ts';
import type { Store, StoreSettings } from '../store/store.ts';

interface OpenOptions extends Pick<StoreSettings, 'first' | 'quarantine' | 'tighten'> {
  /** Creates a new store file without asking for a passphrase. */
  readonly yes?: boolean;
}

/** Opens the store. In a terminal, asks for its passphrase, up to three times. @throws as `openStore` */
export async function openStoreFor(io: Io, { yes = false, ...options }: OpenOptions = {}): Promise<Store> {
  // `io.ask` and `io.say` open the terminal, which takes 1 ms, so they are read only when needed.
  const settings: StoreSettings = {
    io,
    ...options,
    warn: (sentence) => io.say.warn(sentence),
    waitNotice: (what, work) => withWaitMessage(io, what, work),
    isAttended: () => io.ask !== null,
    askPassphrase: async (purpose) => (io.ask === null ? undefined : await passphrase(io, io.ask, purpose, yes)),
  };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await openStore(settings);
    } catch (thrown) {
      const isWrong = isFailure(thrown) && thrown.code === 'passphrase-wrong';
      const isGiven = given(io.env, 'OTTOKIT_TIKTOK_PASSPHRASE') !== undefined;
      if (!isWrong || isGiven || attempt === 3 || io.ask === null) throw thrown;
      io.say.warn('This passphrase doesn’t open the store.');
    }
  }
}

export interface StoredProfile {
  readonly profile?: Profile;
  /** Why the profile can't be read; profile-unknown if the store has none with this name. */
  readonly failure?: Failure;
}

/** Reads a profile, for a command that also works without one. Never asks for a passphrase. */
export async function storedProfile(io: Io, name: string): Promise<StoredProfile> {
  try {
    const store = await openStoreFor({ ...io, ask: null });
    const profile = await store.profile(name);
    if (profile === undefined) throw fail('profile-unknown', { profile: name, known: await store.names() });
    return { profile };
  } catch (thrown) {
    if (!isFailure(thrown)) throw thrown;
    return { failure: thrown };
  }
}

async function passphrase(io: Io, ask: Ask, purpose: 'new' | 'open', yes: boolean): Promise<Secret> {
  const { say, signal, env } = io;
  if (purpose === 'open') return await ask.password({ id: 'passphrase', message: 'Passphrase for the store', signal });
  if (!isFile(env['OTTOKIT_TIKTOK_STORE'])) {
    say.line('Choose a passphrase that encrypts your tokens. Everyone who uses this database needs it.');
    return await askTwice(io, ask, 'Passphrase for the store', notEmpty);
  }
  if (yes) return new Secret('');
  say.line(
    'Your tokens are stored encrypted on this computer. There’s no system keychain here, so choose a passphrase, which every later command asks for. Or press Enter to keep the key in a file that only you can read.',
  );
  return await askTwice(io, ask, 'Passphrase (Enter for none)');
}

export const notEmpty: Check = (text) => (text === '' ? 'The passphrase can’t be empty.' : true);

/** Asks for a new passphrase twice, because a typo would lock the store for good. Asks once if it is empty. */
export async function askTwice(
  { say, signal }: Pick<Io, 'say' | 'signal'>,
  ask: Ask,
  message: string,
  check?: Check,
): Promise<Secret> {
  for (;;) {
    const first = await ask.password({ id: 'passphrase', message, signal, ...defined({ check }) });
    if (first.reveal() === '') return first;
    const second = await ask.password({ id: 'passphrase-again', message: 'Enter the passphrase again', signal });
    if (first.reveal() === second.reveal()) return first;
    say.warn('The two passphrases are different.');
  }
}
