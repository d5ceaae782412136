import { onTestFinished, type TestContext } from 'vitest';
import { startSink } from '../browser/servers.ts';
import { startScreen } from '../browser/window.ts';
import { newMachine, type Machine } from '../journeys/machine.ts';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import type { SimulatorOptions } from '../../src/simulator/create-world.ts';
import { drivenBrowser, windowProfile, type DrivenBrowser } from './driven-browser.ts';
import { startFront, type Leaving } from './front.ts';
import type { Page } from 'playwright-core';

export const ottokitRedirectUrl = 'https://api.ottokit.com/tiktok_shop/connection';

/** An empty machine with a browser, a simulated TikTok Shop, and a sink in the place of api.ottokit.com. */
export interface WebSetting {
  readonly machine: Machine;
  readonly simulator: Simulator;
  readonly sink: { readonly connections: () => number; readonly bytes: () => number };
  readonly browser: DrivenBrowser;
  /** `connect` with everything that is asked; the secret goes to stdin. */
  readonly connect: readonly string[];
  readonly secret: { readonly stdin: string };
  /** The page of the separate window, as soon as the program opened it. */
  window(): Promise<Page>;
}

interface Wanted extends Partial<SimulatorOptions> {
  /** The window opens on a real screen, one that nobody sees. */
  readonly onScreen?: boolean;
  readonly leaving?: Leaving;
}

/** The app has OttoKit's Redirect URL unless another is given. */
export async function webSetting(context: TestContext, wanted: Wanted = {}): Promise<WebSetting> {
  const { onScreen = false, leaving, redirectUrl = ottokitRedirectUrl, ...options } = wanted;
  const screen = onScreen ? { DISPLAY: await startScreen(context) } : {};
  const simulator = await startSimulator({ redirectUrl, ...options });
  onTestFinished(() => simulator.close());
  const sink = await startSink();
  const origin = leaving === undefined ? simulator.origin : await startFront(simulator.origin, leaving);
  const machine = await newMachine(onTestFinished, { OTTOKIT_TIKTOK_ORIGIN: origin, ...screen });
  const browser = await drivenBrowser(context, `${machine.directory}/browser-of-the-test`, {
    sinkPort: sink.port,
    onScreen,
  });
  const { app } = simulator;
  return {
    machine: {
      ...machine,
      start: (args, given = {}) =>
        machine.start(args, { ...given, env: { CHROME_PATH: browser.path, ...given.env }, limit: 60_000 }),
    },
    ...{ simulator, sink, browser },
    connect: [
      'connect',
      ...['--region', 'row'],
      ...['--redirect-url', redirectUrl],
      ...['--app-key', app.appKey],
      ...['--service-id', app.serviceId],
      '--app-secret-stdin',
      '--yes',
      '--json',
    ],
    secret: { stdin: `${app.appSecret}\n` },
    window: async () => await browser.page(await windowProfile(machine.temporaryDirectory)),
  };
}
