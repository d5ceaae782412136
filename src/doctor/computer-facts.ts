import { setMaxListeners } from 'node:events';
import { abortWith } from '../ground/abort-with.ts';
import { asFailure, fail, isFailure } from '../ground/errors.ts';
import { once } from '../ground/once.ts';
import { inspectStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { deadline, type Check } from './check.ts';
import type { ComputerFacts, OpenedStore, Reach } from './facts.ts';
import { secretsIn, secretsOf } from './redact.ts';

export interface DoctorInput extends Pick<ComputerFacts, 'io' | 'version' | 'hosts' | 'offline' | 'fixed'> {
  readonly checks: readonly Check[];
  readonly openStore: () => Promise<Store>;
  /** Whether opening the store may ask for the passphrase. That question has its own, much longer deadline. */
  readonly mayAsk: boolean;
}

/** Runs `work` with the facts about this computer, then cancels unfinished requests. @throws Failure interrupted */
export async function withComputerFacts<T>(input: DoctorInput, work: (facts: ComputerFacts) => Promise<T>): Promise<T> {
  const { io, checks, mayAsk } = input;
  const finished = abortWith(io.signal);
  setMaxListeners(0, finished.signal);
  const facts = computerFacts({ ...input, io: { ...io, signal: finished.signal } });
  try {
    if (mayAsk && checks.some(({ group }) => group !== 'program')) await facts.store();
    if (io.signal.aborted) throw fail('interrupted', {});
    return await work(facts);
  } finally {
    finished.abort();
  }
}

const passphraseLimit = 60 * 60_000;
/** Shorter than a check's deadline, so that only one check reports a store that hangs. */
const storeLimit = 0.8 * deadline;

function computerFacts({ checks, openStore, mayAsk, ...known }: DoctorInput): ComputerFacts {
  const { io, offline } = known;
  const { clock, signal } = io;
  const running = checks.filter(({ needsNetwork }) => !offline || needsNetwork !== true);
  const secrets = [...secretsIn(io.env)];
  // Inspecting fails if the store's directory isn't known, for example.
  const notInspected = (thrown: unknown) => ({ directory: '', path: '', exists: true, failure: asFailure(thrown) });
  const inspection = once(async () => await inspectStore(io).catch(notInspected));
  const reaches = new Map<string, Promise<Reach>>();
  const tryToReach = async (origin: string): Promise<Reach> => {
    // Longer than a check's deadline, so that a check whose host never answers is reported as late.
    const answer = await io.http({ method: 'GET', url: `${origin}/`, timeout: 2 * deadline, signal });
    return { ...answer, origin, at: clock.now() };
  };
  return {
    ...known,
    running: new Map(running.map(({ id, title }) => [id, title])),
    secrets,
    inspection,
    store: once(async (): Promise<OpenedStore> => {
      // Inspect the store first, because opening it may change it.
      const { path, failure } = await inspection();
      if (failure !== undefined) return { ok: false, owner: 'store', failure };
      const limit = mayAsk ? passphraseLimit : storeLimit;
      const detail = `it didn’t open within ${String(limit / 1000)} s`;
      const late: OpenedStore = { ok: false, owner: 'store', failure: fail('store-unreadable', { path, detail }) };
      const opening = await Promise.race([opened(openStore), clock.sleep(limit, signal).then(() => late)]);
      if (opening.ok) secrets.push(...[...opening.profiles.values()].flatMap(secretsOf));
      return opening;
    }),
    reach(origin) {
      const reach = reaches.get(origin) ?? tryToReach(origin);
      reaches.set(origin, reach);
      return reach;
    },
  };
}

async function opened(openStore: () => Promise<Store>): Promise<OpenedStore> {
  try {
    // Read the profiles here, so that a failure to read them is reported as the store's.
    const store = await openStore();
    // Names come first, so that a profile that another process adds in between doesn't seem unreadable.
    const names = await store.names();
    const profiles = await store.profiles();
    return { ok: true, store, names, profiles: new Map(profiles.map((profile) => [profile.name, profile])) };
  } catch (thrown) {
    // If the user quits at the passphrase question, show no report.
    if (!isFailure(thrown) || thrown.code === 'interrupted') throw thrown;
    return { ok: false, owner: /^(key|passphrase)/.test(thrown.code) ? 'key' : 'store', failure: thrown };
  }
}
