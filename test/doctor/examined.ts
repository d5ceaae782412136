import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { doctor, type DoctorOptions } from '../../src/commands/doctor.ts';
import type { ExitCode, Program } from '../../src/commands/program.ts';
import type { Ask, Clock, HttpAnswer, HttpRequest, Io } from '../../src/ground/io.ts';
import { checks } from '../../src/doctor/checks.ts';
import type { DoctorInput } from '../../src/doctor/computer-facts.ts';
import { ownIdentity } from '../../src/ground/process-identity.ts';
import { withProfileFlag } from '../../src/ground/profile-flag.ts';
import { makeHttp } from '../../src/network/http.ts';
import type { doctorJson } from '../../src/output/doctor.ts';
import { Secret } from '../../src/ground/secret.ts';
import type { Simulator } from '../simulator/simulator.ts';
import type { Profile } from '../../src/store/model/profile.ts';
import { openStore } from '../../src/store/open-store.ts';
import { makeClock } from '../../src/ground/clock.ts';
import type { Hosts } from '../../src/tiktok/portals.ts';
import { glyphsFor, makePaint } from '../../src/terminal/style.ts';
import { personWith } from '../wizard/person.ts';
import { wizardWorld } from '../wizard/world.ts';

export const ottokit = 'https://api.ottokit.com/tiktok_shop/connection';

/** A home directory with a simulated TikTok Shop, in which doctor can run. */
export interface Home {
  readonly simulator: Simulator;
  readonly directory: string;
  readonly storePath: string;
  /** Runs the wizard without questions. */
  connect(): Promise<void>;
  /** Changes the stored profile, or creates it. */
  change(change: (profile: Profile) => Profile, passphrase?: string): Promise<void>;
  /** Copies the profile under other names; `change` makes them differ. */
  copy(names: readonly string[], change?: (profile: Profile) => Profile): Promise<void>;
  stored(name?: string): Promise<Profile | undefined>;
  /** Doctor's input for every check, with these hosts. */
  input(hosts: Hosts, world?: Partial<World>): DoctorInput;
  run(options?: Partial<DoctorOptions>, world?: Partial<World>): Promise<Run>;
  /** Runs doctor with `--json`. */
  examine(options?: Partial<DoctorOptions>, world?: Partial<World>): Promise<Examined>;
}

export interface World {
  /** Variables in addition to the simulator's address and a browser. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly ask: Ask;
  readonly signal: AbortSignal;
  readonly nodeVersion: string;
  readonly http: Io['http'];
}

export interface Run {
  readonly exitCode: ExitCode;
  readonly printed: string;
  readonly said: readonly string[];
}

/** The output of `doctor --json`. */
export type DoctorJson = ReturnType<typeof doctorJson>;

export interface Examined extends Run {
  readonly json: DoctorJson;
  check(id: string): DoctorJson['checks'][number];
  /** Every check that doesn't pass, except `port`, which depends on what else runs on this computer. */
  troubles(): Record<string, string>;
}

/** One address in place of all hosts. */
export const hostsAt = (origin: string): Hosts => ({ services: origin, auth: origin, api: origin });

/** Returns an `http` that interrupts the program instead of responding to its refresh. */
export function unansweredRefresh(place: Home, interruption: AbortController) {
  const { http } = place.input(hostsAt(place.simulator.origin)).io;
  return async (request: HttpRequest): Promise<HttpAnswer> => {
    if (!request.url.includes('/token/refresh')) return await http(request);
    interruption.abort();
    return { answered: false, sent: true, reason: 'timeout', detail: 'ETIMEDOUT' };
  };
}

export const plain: Program['style'] = {
  paint: makePaint({ env: {}, stream: { isTTY: false }, color: false }),
  glyphs: glyphsFor({ env: { LANG: 'C.UTF-8' }, platform: 'linux' }),
};

export async function home(simulated: Parameters<typeof wizardWorld>[0] = {}): Promise<Home> {
  const wizard = await wizardWorld(simulated);
  const { simulator, directory, redirectUrl } = wizard;
  const places = { configDirectory: () => join(directory, 'config'), dataDirectory: () => join(directory, 'data') };

  const ioIn = (world: Partial<World>, say: Io['say']): Io => {
    const env = { OTTOKIT_TIKTOK_ORIGIN: simulator.origin, BROWSER: '/usr/bin/browser', ...world.env };
    const { http, close } = makeHttp({ env, userAgent: 'ottokit-tiktok-test' });
    onTestFinished(close);
    return {
      ...places,
      ask: world.ask ?? null,
      clipboard: null,
      say,
      openBrowser: () => Promise.reject(new Error('doctor opens no browser')),
      stdin: () => {
        throw new Error('doctor reads no stdin');
      },
      http: world.http ?? http,
      clock: world.clock ?? makeClock(),
      env,
      host: {
        platform: process.platform,
        nodeVersion: world.nodeVersion ?? '24.1.0',
        homeDirectory: directory,
        temporaryDirectory: join(directory, 'tmp'),
        ownProcess: process,
      },
      signal: world.signal ?? new AbortController().signal,
    };
  };

  const run: Home['run'] = async (options = {}, world = {}) => {
    const printed: string[] = [];
    const person = personWith({});
    const print = (text: string): number => printed.push(withProfileFlag(text, options.profile ?? 'default'));
    const program: Program = {
      version: '1.2.3',
      print,
      printText: print,
      addFlags: (text) => text,
      moveTo: () => undefined,
      pages: (text) => [text],
      style: plain,
      io: ioIn(world, person.say),
    };
    const exitCode = await doctor(program, { profile: 'default', ...options });
    return { exitCode, printed: printed.join('\n'), said: person.shown };
  };

  return {
    simulator,
    directory,
    storePath: join(directory, 'config', 'connections'),
    async connect() {
      const { appKey, appSecret, serviceId } = simulator.app;
      const answers = { region: 'row', redirectUrl, appKey, appSecret: new Secret(appSecret), serviceId } as const;
      const { outcome, thrown } = await wizard.run({ answers: { ...answers, capture: 'listener', yes: true } });
      if (outcome?.outcome !== 'connected') throw thrown;
    },
    async change(change, passphrase) {
      const env = { OTTOKIT_TIKTOK_PASSPHRASE: passphrase };
      const io = { ...places, env, clock: makeClock(), signal: new AbortController().signal };
      const store = await openStore({ io, keychain: null });
      await store.change('default', (current) => change(current ?? begun));
    },
    async copy(names, change = (profile) => profile) {
      const store = await wizard.openStore();
      const original = await store.profile('default');
      if (original === undefined) throw new Error('there is nothing to copy');
      for (const name of names) await store.change(name, () => change({ ...original, name }));
    },
    stored: async (name = 'default') => await (await wizard.openStore()).profile(name),
    input(hosts, world = {}) {
      const io = ioIn(world, personWith({}).say);
      return {
        io,
        version: '1.2.3',
        checks,
        offline: false,
        fixed: false,
        mayAsk: false,
        hosts: () => hosts,
        openStore: () => openStore({ io, keychain: null }),
      };
    },
    run,
    examine: async (options, world) => examined(await run({ ...options, json: true }, world)),
  };
}

const begun: Profile = {
  name: 'default',
  app: {},
  journal: { done: {} },
  shops: [],
  createdAt: 1,
  updatedAt: 1,
};

function examined(run: Run): Examined {
  const json = JSON.parse(run.printed) as DoctorJson;
  return {
    ...run,
    json,
    check: (id) => {
      const found = json.checks.find((candidate) => candidate.id === id);
      if (found === undefined) throw new Error(`${id} did not run:\n${run.printed}`);
      return found;
    },
    troubles: () =>
      Object.fromEntries(
        json.checks
          .filter(({ id, status }) => status !== 'pass' && id !== 'port')
          .map(({ id, status }) => [id, status]),
      ),
  };
}

/**
 * Connects a shop. The Redirect URL is OttoKit's again, and the user has confirmed that OttoKit is connected.
 */
export async function connectedHome(simulated: Parameters<typeof home>[0] = {}): Promise<Home> {
  const connected = await home(simulated);
  await connected.connect();
  await connected.change((profile) => ({
    ...profile,
    app: { ...profile.app, redirectUrl: ottokit },
    ottokit: { connected: true, confirmedAt: Date.now() },
  }));
  return connected;
}

/** A process id that no system assigns. */
const nobody = 2 ** 30;

/** Leaves the lock of a process that ended an hour ago. */
export async function leaveLock({ directory, storePath }: Home): Promise<void> {
  await mkdir(join(directory, 'config'), { recursive: true, mode: 0o700 });
  const lock = `${storePath}.lock`;
  await writeFile(lock, JSON.stringify({ ...ownIdentity(), pid: nobody, token: '0123456789abcdef' }));
  const anHourAgo = Date.now() / 1000 - 3600;
  await utimes(lock, anHourAgo, anHourAgo);
}
