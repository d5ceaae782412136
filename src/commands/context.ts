import { withWaitMessage } from '../ground/wait-message.ts';
import type { Env } from '../ground/env.ts';
import type { Region } from '../ground/regions.ts';
import { isFailure } from '../ground/errors.ts';
import type { Check, Io } from '../ground/io.ts';
import { Secret } from '../ground/secret.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { hostsOf, loopbackOrigin, type Hosts } from '../tiktok/portals.ts';

/**
 * The one loopback address that replaces every TikTok Shop host (`OTTOKIT_TIKTOK_ORIGIN`), if there is one.
 * @throws Failure origin-not-loopback
 */
export function originFrom(env: Env): string | undefined {
  const given = env['OTTOKIT_TIKTOK_ORIGIN'] ?? '';
  if (given === '') return undefined;
  const origin = loopbackOrigin(given);
  if (!origin.ok) throw origin.failure;
  return origin.value;
}

/**
 * The TikTok Shop hosts of each region. A replacement by `OTTOKIT_TIKTOK_ORIGIN` is always announced.
 * @throws Failure origin-not-loopback
 */
export function hostsFrom({ env, say }: Pick<Io, 'env' | 'say'>): (region: Region) => Hosts {
  const origin = originFrom(env);
  if (origin !== undefined) say.line(`OTTOKIT_TIKTOK_ORIGIN is in use: ${origin} replaces TikTok Shop.`);
  return (region) => hostsOf(region, origin);
}

/** How often a passphrase is asked for. */
const tries = 3;

interface OpenOptions {
  readonly yes?: boolean;
  /** A damaged store is moved aside: the command is about to write. */
  readonly quarantine?: boolean;
  /** `false`: the command only looks, and leaves loose file modes as they are. */
  readonly tighten?: boolean;
}

/**
 * Opens the store; asks for a passphrase only where somebody can be asked and a default will not do, and again when it is
 * wrong.
 */
export async function openStoreFor(io: Io, options: OpenOptions = {}): Promise<Store> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await openOnce(io, options);
    } catch (thrown) {
      const mayRetry = io.ask !== null && (io.env['OTTOKIT_TIKTOK_PASSPHRASE'] ?? '') === '' && attempt < tries;
      if (!mayRetry || !isFailure(thrown) || thrown.code !== 'passphrase-wrong') throw thrown;
      io.say.warn('This passphrase doesn’t open the store.');
    }
  }
}

async function openOnce(io: Io, options: OpenOptions): Promise<Store> {
  const { ask } = io;
  const askable =
    ask === null ? {} : { askPassphrase: (purpose: 'new' | 'open') => passphrase(io, ask, purpose, options) };
  return await openStore({
    io,
    ...askable,
    quarantine: options.quarantine === true,
    tighten: options.tighten !== false,
    warn: (sentence) => {
      io.say.warn(sentence);
    },
    waitNotice: (what, work) => withWaitMessage(io, what, work),
  });
}

type Askable = NonNullable<Io['ask']>;

/**
 * The passphrase of the store. For a new store an empty answer means none: the key then lies in a key file. A new one is
 * entered twice, because a slip would lock the store for good.
 */
async function passphrase(
  { say, signal }: Io,
  ask: Askable,
  purpose: 'new' | 'open',
  { yes = false }: { yes?: boolean },
): Promise<Secret> {
  if (purpose === 'open') {
    return await ask.password({ id: 'passphrase', message: 'Passphrase of the store', signal });
  }
  if (yes) return new Secret('');
  say.line(
    'Your tokens are stored encrypted on this computer. There’s no system keychain here, so choose a passphrase, which every later command asks for. Or press Enter to keep the key in a file that only you can read.',
  );
  return await askTwice({ say, signal }, ask, 'Passphrase (Enter for none)');
}

/** A new passphrase, entered twice; an empty one counts at once, where `check` lets it pass. */
export async function askTwice(
  { say, signal }: Pick<Io, 'say' | 'signal'>,
  ask: Askable,
  message: string,
  check?: Check,
): Promise<Secret> {
  for (;;) {
    const checked = check === undefined ? {} : { check };
    const first = await ask.password({ id: 'passphrase', message, signal, ...checked });
    if (first.reveal() === '') return first;
    const second = await ask.password({ id: 'passphrase-again', message: 'The same passphrase again', signal });
    if (first.reveal() === second.reveal()) return first;
    say.warn('The two passphrases are different.');
  }
}
