import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { onTestFinished, type TestContext } from 'vitest';
import type { SimulatorOptions } from '../simulator/simulator.ts';
import { startSimulator, type Simulator } from '../simulator/simulator.ts';
import { startSink } from '../browser/servers.ts';
import { startScreen } from '../browser/window.ts';
import { newMachine, type Machine } from '../journeys/machine.ts';
import { appFlags } from '../journeys/journey.ts';
import { Person } from '../terminal/pty.ts';
import { drivenBrowser, windowProfile, type DrivenBrowser } from './driven-browser.ts';
import { startProxy, type Leaving } from './proxy.ts';

export const ottokitRedirectUrl = 'https://api.ottokit.com/tiktok_shop/connection';

/** An empty machine with a browser, a simulated TikTok Shop, and a sink instead of api.ottokit.com. */
export interface WebMachine {
  readonly machine: Machine;
  readonly simulator: Simulator;
  readonly sink: Sink;
  readonly browser: DrivenBrowser;
  /** `DISPLAY`, if there is a screen. */
  readonly screen: Readonly<Record<string, string>>;
  /** The flags that answer every question about the app except the App Secret. */
  readonly flags: readonly string[];
  /** The arguments of `connect` that answer every question; the App Secret is read from stdin. */
  readonly connect: readonly string[];
  readonly secret: { readonly stdin: string };
  /** Waits until the program has opened the separate window, and returns its page. */
  window(): Promise<Page>;
}

type Sink = Awaited<ReturnType<typeof startSink>>;

interface Wanted extends Partial<SimulatorOptions> {
  /** Whether the window opens on a virtual screen; headless if omitted. */
  readonly onScreen?: boolean;
  readonly leaving?: Leaving;
}

/** The store's passphrase, so that the program doesn't ask for one. */
export const passphrase = { OTTOKIT_TIKTOK_PASSPHRASE: 'corrected horse, battery & staple' };

const launcher = fileURLToPath(new URL('../../bin/ottokit-tiktok.cjs', import.meta.url));

/** Starts `connect` at a terminal on this machine with the answers about the app, as a user does. */
export function atTerminal(
  { machine, simulator, browser, flags }: WebMachine,
  more: readonly string[],
  env: Readonly<Record<string, string>>,
): Person {
  return new Person([process.execPath, launcher, 'connect', ...flags, ...more], {
    columns: 100,
    env: {
      HOME: machine.home,
      TMPDIR: machine.temporaryDirectory,
      CHROME_PATH: browser.path,
      BROWSER: 'none',
      OTTOKIT_TIKTOK_CONFIG_DIR: machine.configDirectory,
      OTTOKIT_TIKTOK_ORIGIN: simulator.origin,
      OTTOKIT_TIKTOK_APP_SECRET: simulator.app.appSecret,
      ...passphrase,
      ...env,
    },
  });
}

/** Sets up a machine. The app has OttoKit's Redirect URL unless `wanted` has another. */
export async function webMachine(context: TestContext, wanted: Wanted = {}): Promise<WebMachine> {
  const { onScreen = false, leaving, redirectUrl = ottokitRedirectUrl, ...options } = wanted;
  const screen: Record<string, string> = onScreen ? { DISPLAY: await startScreen() } : {};
  const simulator = await startSimulator({ redirectUrl, ...options });
  onTestFinished(() => simulator.close());
  const sink = await startSink();
  const origin = leaving === undefined ? simulator.origin : await startProxy(simulator.origin, leaving);
  const machine = await newMachine(onTestFinished, { OTTOKIT_TIKTOK_ORIGIN: origin, ...screen });
  const browser = await drivenBrowser(context, `${machine.directory}/browser-of-the-test`, {
    sinkPort: sink.port,
    onScreen,
  });
  const { app } = simulator;
  const flags = appFlags(app, redirectUrl);
  return {
    machine: {
      ...machine,
      start: (args, given = {}) =>
        machine.start(args, { ...given, env: { CHROME_PATH: browser.path, ...given.env }, limit: 60_000 }),
    },
    ...{ simulator, sink, browser, screen },
    flags,
    connect: ['connect', ...flags, '--app-secret-stdin', '--yes', '--json'],
    secret: { stdin: `${app.appSecret}\n` },
    window: async () => await browser.page(await windowProfile(machine.temporaryDirectory)),
  };
}
