import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { doctor } from '../../src/commands/doctor.ts';
import type { DoctorOptions } from '../../src/commands/doctor.ts';
import type { ExitCode, Program } from '../../src/commands/program.ts';
import type { Ask, Clock, Io } from '../../src/io.ts';
import { makeHttp } from '../../src/network/http.ts';
import type { DoctorJson } from '../../src/output/doctor.ts';
import { Secret } from '../../src/secret.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import type { Profile } from '../../src/store/profile.ts';
import { glyphsFor, makePaint } from '../../src/terminal/paint.ts';
import { personWith } from '../wizard/person.ts';
import { wizardWorld } from '../wizard/world.ts';

export const ottokit = 'https://api.ottokit.com/tiktok_shop/connection';

/** A home with a simulated TikTok Shop, in which doctor can be run as often as one likes. */
export interface Home {
  readonly simulator: Simulator;
  /** Stands for the person's home; store and key file are in it. */
  readonly directory: string;
  readonly redirectUrl: string;
  readonly storePath: string;
  /** Goes through the wizard, without questions. */
  connect(): Promise<void>;
  /** Changes what is stored of the profile. */
  change(change: (profile: Profile) => Profile): Promise<Profile>;
  stored(): Promise<Profile | undefined>;
  run(options?: Partial<DoctorOptions>, world?: Partial<World>): Promise<Run>;
}

export interface World {
  /** Beside the simulator's address and a browser. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly ask: Ask | null;
  readonly signal: AbortSignal;
  readonly nodeVersion: string;
  readonly http: Io['http'];
}

/** One run of doctor, once for its text and once for its JSON. */
export interface Run {
  readonly exitCode: ExitCode;
  readonly text: string;
  readonly json: DoctorJson;
  /** Everything printed and said, in both runs. */
  readonly everything: string;
  readonly said: readonly string[];
  /** `node=pass version=pass …` */
  statusOf(id: string): string;
  check(id: string): DoctorJson['checks'][number];
}

export const realClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) {
        resolve();
        return;
      }
      const timer = setTimeout(resolve, ms);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    }),
};

const everyFlagOff = { checks: [], fix: false, offline: false, strict: false, list: false, json: false };

export async function home(options: Parameters<typeof wizardWorld>[0] = {}): Promise<Home> {
  const wizard = await wizardWorld(options);
  const { simulator, directory, redirectUrl } = wizard;

  const runOnce = async (
    options: Partial<DoctorOptions>,
    world: Partial<World>,
  ): Promise<{ exitCode: ExitCode; printed: string; said: readonly string[] }> => {
    const printed: string[] = [];
    const person = personWith({});
    const env = { OTTOKIT_TIKTOK_ORIGIN: simulator.origin, BROWSER: '/usr/bin/browser', ...world.env };
    const { http, close } = makeHttp({ env, userAgent: 'ottokit-tiktok-test' });
    onTestFinished(close);
    const program: Program = {
      version: '1.2.3',
      print: (text) => printed.push(text),
      style: { paint: makePaint({ env: {}, stream: {} as never, color: false }), glyphs: glyphsFor({ env: {}, platform: 'linux' }) },
      io: {
        ask: world.ask ?? null,
        say: person.say,
        openBrowser: () => Promise.reject(new Error('doctor opens no browser')),
        readStdin: () => Promise.reject(new Error('doctor reads no stdin')),
        http: world.http ?? http,
        clock: world.clock ?? realClock,
        env,
        configDirectory: join(directory, 'config'),
        dataDirectory: join(directory, 'data'),
        host: {
          platform: process.platform,
          isRoot: false,
          nodeVersion: world.nodeVersion ?? '24.1.0',
          homeDirectory: directory,
          temporaryDirectory: join(directory, 'tmp'),
        },
        signal: world.signal ?? new AbortController().signal,
      },
    };
    const exitCode = await doctor(program, { profile: 'default', ...everyFlagOff, ...options });
    return { exitCode, printed: printed.join('\n'), said: person.told };
  };

  return {
    simulator,
    directory,
    redirectUrl,
    storePath: join(directory, 'config', 'connections'),
    async connect() {
      const { appKey, appSecret, serviceId } = simulator.app;
      const answers = { region: 'row', redirectUrl, appKey, appSecret: new Secret(appSecret), serviceId } as const;
      const { outcome, thrown } = await wizard.run({ answers: { ...answers, capture: 'listener', yes: true } });
      if (outcome?.outcome !== 'connected') throw thrown;
    },
    async change(change) {
      const store = await wizard.openStore();
      const changed = await store.change('default', (current) => {
        const empty = { name: 'default', app: {}, journal: { done: {} }, shops: [], createdAt: 0, updatedAt: 0 };
        return change(current ?? empty);
      });
      if (changed === undefined) throw new Error('the profile is gone');
      return changed;
    },
    stored: async () => await (await wizard.openStore()).profile('default'),
    async run(given = {}, world = {}) {
      const asText = await runOnce({ ...given, json: false }, world);
      const asJson = await runOnce({ ...given, json: true, fix: false }, world);
      expect(asText.exitCode).toBe(asJson.exitCode);
      const json = JSON.parse(asJson.printed) as DoctorJson;
      const check = (id: string): DoctorJson['checks'][number] => {
        const found = json.checks.find((candidate) => candidate.id === id);
        if (found === undefined) throw new Error(`${id} did not run:\n${asJson.printed}`);
        return found;
      };
      return {
        exitCode: asText.exitCode,
        text: asText.printed,
        json,
        said: asText.said,
        everything: [asText.printed, asJson.printed, ...asText.said, ...asJson.said].join('\n'),
        check,
        statusOf: (id) => check(id).status,
      };
    },
  };
}

/** A connected shop as OttoKit's guide leaves it: the Redirect URL is set back to OttoKit's. */
export async function connectedHome(options: Parameters<typeof home>[0] = {}): Promise<Home> {
  const connected = await home(options);
  await connected.connect();
  await connected.change((profile) => ({
    ...profile,
    app: { ...profile.app, redirectUrl: ottokit },
    journal: { ...profile.journal, redirectToRestore: false },
  }));
  return connected;
}

export async function emptyDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
}
