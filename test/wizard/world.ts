import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { defined } from '../../src/ground/defined.ts';
import type { Clipboard, Clock, Http, OpenBrowser } from '../../src/ground/io.ts';
import { Secret } from '../../src/ground/secret.ts';
import { makeHttp } from '../../src/network/http.ts';
import { freePort, redirectUrlOn } from '../journeys/machine.ts';
import { startSimulator, type Simulator } from '../simulator/simulator.ts';
import type { SimulatorOptions } from '../simulator/simulator.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/store.ts';
import { makeClock } from '../../src/ground/clock.ts';
import { hostsOf } from '../../src/tiktok/portals.ts';
import { connect, type Outcome } from '../../src/wizard/connect.ts';
import type { Answers, WizardContext } from '../../src/wizard/wizard-context.ts';
import { personWith, type Person, type Scripted } from './person.ts';

/** A simulated TikTok Shop, a real store in its own directory, and a way to run the wizard with both. */
export interface WizardWorld {
  readonly simulator: Simulator;
  readonly redirectUrl: string;
  readonly directory: string;
  readonly openStore: () => Promise<Store>;
  /** The addresses that were opened in a browser. */
  readonly opened: readonly string[];
  /** Runs the wizard once, as one run of the program would. */
  readonly run: (options?: RunOptions) => Promise<Run>;
}

export interface RunOptions {
  /** The prepared answers. If omitted, there is no terminal. */
  readonly script?: Readonly<Record<string, readonly Scripted[]>>;
  readonly answers?: Partial<Omit<Answers, 'app'>> & Answers['app'];
  /** What the browser does with the address. By default, the seller approves. */
  readonly browser?: OpenBrowser;
  readonly signal?: AbortSignal;
  readonly windows?: WizardContext['windows'];
  readonly clipboard?: Clipboard;
  readonly clock?: Clock;
  readonly isDemo?: boolean;
  /** Wraps the connection between the wizard and the simulator. */
  readonly through?: (http: Http) => Http;
}

export interface Run {
  readonly person: Person;
  readonly outcome: Outcome | undefined;
  /** The thrown error. */
  readonly thrown: unknown;
}

export const realClock = makeClock();

/** No separate window, because there is no browser here. */
const noWindows: WizardContext['windows'] = {
  find: () => Promise.resolve({ why: 'there is none.' }),
  open: () => Promise.reject(new Error('no window was expected')),
};

export async function wizardWorld(options: Partial<SimulatorOptions> = {}): Promise<WizardWorld> {
  const directory = await mkdtemp(join(tmpdir(), 'wizard-'));
  const redirectUrl = options.redirectUrl ?? redirectUrlOn(await freePort());
  const simulator = await startSimulator({ ...options, redirectUrl });
  const { http, close } = makeHttp({ env: {}, userAgent: 'ottokit-tiktok-test' });
  const opened: string[] = [];
  onTestFinished(async () => {
    close();
    await simulator.close();
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  });

  const openOwnStore = (signal = new AbortController().signal): Promise<Store> =>
    openStore({
      io: {
        clock: realClock,
        env: {},
        configDirectory: () => join(directory, 'config'),
        dataDirectory: () => join(directory, 'data'),
        signal,
      },
      keychain: null,
    });

  const approve: OpenBrowser = (url) => {
    void simulator.approveAsSeller(url).catch(() => undefined);
    return Promise.resolve({ opened: true });
  };

  const run = async (given: RunOptions = {}): Promise<Run> => {
    const signal = given.signal ?? new AbortController().signal;
    const person = personWith(given.script ?? {}, signal);
    const browse = given.browser ?? approve;
    const { region, redirectUrl: flag, appKey, appSecret, serviceId, ...others } = given.answers ?? {};
    const io: WizardContext['io'] = {
      ask: given.script === undefined ? null : person.ask,
      say: person.say,
      clipboard: given.clipboard ?? null,
      http: given.through?.(http) ?? http,
      clock: given.clock ?? realClock,
      signal,
      openBrowser: (url) => {
        opened.push(url);
        return browse(url);
      },
    };
    try {
      const outcome = await connect({
        io,
        store: await openOwnStore(signal),
        hosts: (region) => hostsOf(region, simulator.origin),
        windows: given.windows ?? noWindows,
        isDemo: given.isDemo ?? false,
        answers: {
          profile: 'default',
          app: defined({ region, redirectUrl: flag, appKey, appSecret, serviceId }),
          capture: 'auto',
          timeout: 20_000,
          browser: true,
          restart: false,
          reauthorize: false,
          yes: false,
          ...others,
        },
      });
      return { person, outcome, thrown: undefined };
    } catch (thrown) {
      return { person, outcome: undefined, thrown };
    }
  };
  return { simulator, redirectUrl, directory, opened, openStore: () => openOwnStore(), run };
}

/** A world with a connected shop. Its app's Redirect URL is on this computer unless `options` has another. */
export async function connectedWorld(options: Partial<SimulatorOptions> = {}): Promise<WizardWorld> {
  const world = await wizardWorld(options);
  const { appKey, appSecret, serviceId } = world.simulator.app;
  const app = {
    region: 'row',
    redirectUrl: world.redirectUrl,
    appKey,
    appSecret: new Secret(appSecret),
    serviceId,
  } as const;
  await world.run({ answers: { ...app, yes: true } });
  return world;
}

/** A browser in which the seller approves. When the second page opens, the scenario changes to `approve`. */
export function approvingSecond(world: WizardWorld): OpenBrowser {
  return (url) => {
    if (world.opened.length === 2) world.simulator.setScenario('approve');
    void world.simulator.approveAsSeller(url);
    return Promise.resolve({ opened: true });
  };
}
