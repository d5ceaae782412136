import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { abortWith } from '../ground/abort-with.ts';
import { captureWindows, type CaptureWindows } from '../browser/windows.ts';
import { ottokitRedirectUrl } from '../connection/redirect-url.ts';
import { childEnvironment } from '../ground/env.ts';
import { isFailure } from '../ground/errors.ts';
import type { Io } from '../ground/io.ts';
import { proxyRules } from '../network/proxy.ts';
import { connectJson, connectText } from '../output/connection.ts';
import { toJson } from '../output/format.ts';
import { startSimulator, type Simulator } from '../simulator/simulator.ts';
import { openStore } from '../store/open-store.ts';
import { hostsOf } from '../tiktok/portals.ts';
import { connect as wizard } from '../wizard/connect.ts';
import type { Answers } from '../wizard/wizard-context.ts';
import type { ConnectOptions } from './connect.ts';
import { doctor } from './doctor.ts';
import type { ExitCode, Program } from './program.ts';
import { scriptedUser, type Script } from './scripted-answer.ts';

/** Milliseconds to show each question, so that the whole demo takes about 20 seconds. */
const pauseMs = 1_400;
/** Milliseconds to wait for a real window to show TikTok Shop's page before the demo approves by itself. */
const windowMs = 8_000;
/** Milliseconds to wait for the user's click once the page is open, unless the window is closed first. */
const userMs = 120_000;
const answers: Answers = {
  profile: 'demo',
  app: {},
  capture: 'auto',
  // Never reached, because the demo approves long before that.
  timeout: 15 * 60_000,
  browser: true,
  restart: false,
  reauthorize: false,
  yes: false,
};

type DemoOptions = Pick<ConnectOptions, 'yes' | 'browser' | 'json'>;

/**
 * `connect --demo`: runs the real wizard, store and doctor with a simulated TikTok Shop, in a temporary directory. It
 * follows the recommended path and makes one mistake, a wrong Service ID, to show the fix. It never reads or writes the
 * user's own files.
 */
export async function connectDemo(program: Program, options: DemoOptions): Promise<ExitCode> {
  const { io } = program;
  const directory = await mkdtemp(join(io.host.temporaryDirectory, 'ottokit-tiktok-demo-'));
  const isWatched = io.ask !== null && !options.yes;
  const opensWindow = isWatched && options.browser;
  const windows = observed(captureWindows(io, opensWindow ? proxyRules(io.env) : 'the demo opens no window.'));
  let simulator: Simulator | undefined;
  try {
    simulator = await startSimulator({ redirectUrl: ottokitRedirectUrl });
    io.say.line(
      'This is a demo. TikTok Shop is simulated on this computer, and every question is answered for you. Nothing of yours is read or changed.',
    );
    if (isWatched) io.say.line('Press any key to skip a pause. Ctrl-C quits, and nothing is kept.');
    const pause = isWatched ? pauseIn(io) : () => Promise.resolve();
    const setup = { simulator, directory, windows, pause };
    return await runDemo({ ...program, io: demoIo(io, setup) }, setup, options);
  } finally {
    await simulator?.close();
    await rm(directory, { recursive: true, force: true });
  }
}

interface DemoSetup {
  readonly simulator: Simulator;
  readonly directory: string;
  readonly windows: ReturnType<typeof observed>;
  readonly pause: (question: string) => Promise<void>;
}

/** `closed` resolves once the last opened window is closed, or immediately if there is none. */
function observed(windows: CaptureWindows) {
  let closed: Promise<unknown> = Promise.resolve();
  const open: CaptureWindows['open'] = async (options) => {
    const window = await windows.open(options);
    if ('closed' in window) ({ closed } = window);
    return window;
  };
  return { ...windows, open, closed: () => closed };
}

/** Uses temporary directories and scripted answers. Of our environment variables, sets only the simulator's origin. */
function demoIo(io: Io, { simulator, directory, windows, pause }: DemoSetup): Io {
  let address = '';
  const approve = async (canceled = io.signal): Promise<string> => {
    const ended = abortWith(canceled);
    void windows.closed().then(() => ended.abort());
    await io.clock.sleep(windowMs, ended.signal);
    if (simulator.signInPageVisits > 0) await io.clock.sleep(userMs, ended.signal);
    ended.abort();
    canceled.throwIfAborted();
    io.say.line('In the browser, the seller signs in and approves.');
    return simulator.approve(address);
  };
  return {
    ...io,
    env: { ...childEnvironment(io.env), OTTOKIT_TIKTOK_ORIGIN: simulator.origin },
    configDirectory: () => join(directory, 'config'),
    dataDirectory: () => join(directory, 'data'),
    say: {
      ...io.say,
      value: (text) => {
        if (text.includes('/open/authorize?')) address = text;
        io.say.value(text);
      },
    },
    ask: scriptedUser(io.say, scriptFor(simulator, approve), pause),
    clipboard: null,
    openBrowser: () => Promise.resolve({ opened: true }),
  };
}

function pauseIn({ ask, clock, signal }: Io): (question: string) => Promise<void> {
  return async (message) => {
    const ended = abortWith(signal);
    const key = ask?.pressKey({ id: 'pause', message, signal: ended.signal }).catch((thrown: unknown) => {
      // Ctrl-C throws a Failure. The end of the pause aborts the question, which throws something else.
      if (isFailure(thrown)) throw thrown;
    });
    await Promise.race([clock.sleep(pauseMs, ended.signal), key]);
    ended.abort();
    await key;
    signal.throwIfAborted();
  };
}

/** The demo's answers. The first Service ID is mistyped, and the help shown during the wait leads to the fix. */
function scriptFor({ app }: Simulator, approve: (canceled?: AbortSignal) => Promise<string>): Script {
  const mistyped = `${app.serviceId.slice(0, -2)}${app.serviceId.endsWith('11') ? '33' : '11'}`;
  return {
    region: ['GB'],
    account: ['ready'],
    'app-created': ['ready'],
    'scopes-on': ['all'],
    'app-key': [app.appKey],
    'app-secret': [app.appSecret],
    'service-id': [mistyped, app.serviceId],
    authorize: ['open'],
    'redirected-address': ['', approve],
    help: ['service-id'],
    ottokit: ['yes'],
  };
}

/** Returns 0 even if doctor finds a problem with this computer, because the demo itself worked. */
async function runDemo(program: Program, { simulator, windows }: DemoSetup, { json }: DemoOptions): Promise<0> {
  const { io } = program;
  const store = await openStore({ io, keychain: null });
  const context = { io, store, windows, answers, isDemo: true };
  const outcome = await wizard({ ...context, hosts: (region) => hostsOf(region, simulator.origin) });
  const result = { ...outcome, keySource: store.keySource, now: io.clock.now() };
  if (!json) program.printText(connectText(result, program.style));
  io.say.heading('Doctor checks the new connection');
  await doctor(json ? { ...program, printText: () => undefined } : program, { profile: 'demo' });
  // Print this last: an interruption before this prints its own JSON document.
  if (json) program.print(toJson({ ...connectJson(result), demo: true }));
  io.say.line('That was the demo, and nothing was kept. For your own shop, run `ottokit-tiktok connect`.');
  return 0;
}
