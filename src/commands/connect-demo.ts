import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Io, OpenBrowser } from '../ground/io.ts';
import { connectJson, connectText } from '../output/connect.ts';
import { toJson } from '../output/json.ts';
import { Secret } from '../ground/secret.ts';
import { openStore } from '../store/open-store.ts';
import { startSimulator, type Simulator } from '../simulator/simulator.ts';
import { hostsOf } from '../tiktok/portals.ts';
import { connect as runWizard } from '../wizard/connect.ts';
import type { ConnectOptions } from './connect.ts';
import { doctor } from './doctor.ts';
import { filledIn, type ScriptedAnswer } from './scripted-answer.ts';
import { freePort } from './free-port.ts';
import type { ExitCode, Program } from './program.ts';

/** How long the demo waits for a sign of life from a real browser, in milliseconds, before it approves by itself. */
const browserPatience = 8_000;
/** How long it waits for the person's click once the page was seen. */
const personPatience = 120_000;

/**
 * `connect --demo`: the real wizard, listener, store and doctor against a TikTok Shop inside the program, in a directory
 * of its own that is removed at the end. Nothing of the person's is read or written, and no account is needed.
 */
export async function connectDemo(program: Program, options: ConnectOptions): Promise<ExitCode> {
  const { io } = program;
  const directory = await mkdtemp(join(io.host.temporaryDirectory, 'ottokit-tiktok-demo-'));
  let simulator: Simulator | undefined;
  try {
    const redirectUrl = `http://127.0.0.1:${String(await freePort())}/callback`;
    simulator = await startSimulator({ redirectUrl });
    io.say.line(
      'This is a demo: TikTok Shop is simulated on this computer, no account is needed, and nothing of yours is read or changed. The questions are answered for you.',
    );
    const demo = demoProgram(program, simulator, directory, redirectUrl, options);
    return await run(demo, simulator, options);
  } finally {
    await simulator?.close();
    await rm(directory, { recursive: true, force: true });
  }
}

/** The program in a world of its own: other directories, no variables of the person's, the simulator's origin. */
function demoProgram(
  program: Program,
  simulator: Simulator,
  directory: string,
  redirectUrl: string,
  options: ConnectOptions,
): Program {
  const { io } = program;
  const env = Object.fromEntries(Object.entries(io.env).filter(([name]) => !name.startsWith('OTTOKIT_TIKTOK_')));
  return {
    ...program,
    io: {
      ...io,
      env: { ...env, OTTOKIT_TIKTOK_ORIGIN: simulator.origin },
      configDirectory: join(directory, 'config'),
      dataDirectory: join(directory, 'data'),
      ask: filledIn(io.say, fillings(simulator, redirectUrl)),
      clipboard: null,
      openBrowser: demoBrowser(io, simulator, options.openBrowser),
    },
  };
}

const unheard = (): void => undefined;

function fillings({ app }: Simulator, redirectUrl: string): Readonly<Record<string, ScriptedAnswer>> {
  return {
    region: 'GB',
    account: 'yes',
    'redirect-url': 'other',
    'redirect-url-other': redirectUrl,
    'app-created': true,
    scopes: 'all',
    'app-key': app.appKey,
    'app-secret': new Secret(app.appSecret),
    'service-id': app.serviceId,
    'redirected-address': 'left open',
    'redirect-restored': true,
    'open-ottokit': false,
    'app-key-entered': true,
    'app-secret-way': 'skip',
    'service-id-entered': true,
    'ottokit-connected': true,
  };
}

async function run(program: Program, simulator: Simulator, { json, timeout }: ConnectOptions): Promise<ExitCode> {
  const { io } = program;
  const store = await openStore({ io, keychain: null });
  const outcome = await runWizard({
    io,
    store,
    hosts: (region) => hostsOf(region, simulator.origin),
    windows: {
      find: () => Promise.resolve({ why: 'the demo opens none.' }),
      open: () => Promise.resolve({ ok: false, why: 'not in the demo' }),
    },
    answers: {
      profile: 'demo',
      capture: 'listener',
      timeout: timeout * 60_000,
      openBrowser: true,
      restart: false,
      yes: false,
    },
  });
  const result = {
    profile: outcome.profile,
    keySource: store.keySource,
    waitingForApproval: false,
    already: false,
    demo: true,
  };
  if (!json) program.printText(connectText(result, io.clock.now(), program.style));
  io.say.heading('Doctor, on the connection just made');
  const verdict = await doctor(json ? { ...program, print: unheard, printText: unheard } : program, {
    profile: 'demo',
    checks: [],
    fix: false,
    offline: false,
    strict: false,
    list: false,
    json: false,
  });
  if (json) program.print(toJson(connectJson(result)));
  io.say.line('The demo is over and its directory removed. For your own shop: `ottokit-tiktok connect`.');
  return verdict;
}

/**
 * Opens the real browser where there is one. Where none opens, or it never asks for the page, or nobody clicks, the demo
 * approves by itself, as the seller would.
 */
function demoBrowser(io: Io, simulator: Simulator, mayOpen: boolean): OpenBrowser {
  return async (url) => {
    const approve = async (why: string): Promise<void> => {
      io.say.line(why);
      await simulator.approveAsSeller(url, io.signal).catch(() => undefined);
    };
    const opened = mayOpen && io.ask !== null ? await io.openBrowser(url) : { opened: false as const };
    if (!opened.opened) {
      void approve('No browser is opened: the demo approves by itself.');
      return { opened: true };
    }
    io.say.line('Approve (or deny) in the browser; the demo approves by itself if nothing happens.');
    void (async () => {
      await io.clock.sleep(browserPatience, io.signal);
      if (simulator.consentPageVisits > 0) await io.clock.sleep(personPatience, io.signal);
      if (!decided(simulator)) await approve('Nothing happened in the browser: the demo approves by itself.');
    })();
    return { opened: true };
  };
}

/** Whether somebody clicked Approve or Deny. */
function decided({ requests }: Simulator): boolean {
  return requests.some(({ method, path }) => method === 'POST' && path === '/simulator/consent');
}
