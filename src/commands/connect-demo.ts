import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ottokitRedirectUrl } from '../connection/redirect-url.ts';
import type { Io } from '../ground/io.ts';
import { Secret } from '../ground/secret.ts';
import { connectJson, connectText } from '../output/connect.ts';
import { toJson } from '../output/json.ts';
import { startSimulator, type Simulator } from '../simulator/simulator.ts';
import { openStore } from '../store/open-store.ts';
import { hostsOf } from '../tiktok/portals.ts';
import { connect as runWizard } from '../wizard/connect.ts';
import type { ConnectOptions } from './connect.ts';
import { doctor } from './doctor.ts';
import type { ExitCode, Program } from './program.ts';
import { scriptedPerson, type Script } from './scripted-answer.ts';

/** Milliseconds before each answer at a terminal: the whole demo takes about 20 seconds. */
const pauseMs = 1_200;

/**
 * `connect --demo`: the real wizard, store and doctor against a TikTok Shop inside the program, in a directory of its own
 * that is removed at the end. It plays the recommended way, with one mistake and its cure: a wrong Service ID. Nothing of
 * the person's is read or written, and no account is needed.
 */
export async function connectDemo(program: Program, options: ConnectOptions): Promise<ExitCode> {
  const { io } = program;
  const directory = await mkdtemp(join(io.host.temporaryDirectory, 'ottokit-tiktok-demo-'));
  let simulator: Simulator | undefined;
  try {
    simulator = await startSimulator({ redirectUrl: ottokitRedirectUrl });
    io.say.line(
      'This is a demo. TikTok Shop is simulated on this computer, and every question is answered for you. Nothing of yours is read or changed.',
    );
    return await play(demoProgram(program, simulator, directory, options), simulator, options);
  } finally {
    await simulator?.close();
    await rm(directory, { recursive: true, force: true });
  }
}

/** The program in a world of its own: other directories, none of the person's variables, the simulator's origin. */
function demoProgram(program: Program, simulator: Simulator, directory: string, options: ConnectOptions): Program {
  const { io } = program;
  const env = Object.fromEntries(Object.entries(io.env).filter(([name]) => !name.startsWith('OTTOKIT_TIKTOK_')));
  const opened: string[] = [];
  const approve = async (): Promise<string> => {
    io.say.line('In the browser, the seller signs in and approves.');
    const { redirectedTo } = await simulator.approveAsSeller(opened.at(-1) ?? '', io.signal);
    return String(redirectedTo);
  };
  const isPaced = io.ask !== null && !options.yes;
  const pause = (): Promise<void> => (isPaced ? io.clock.sleep(pauseMs, io.signal) : Promise.resolve());
  const own: Partial<Io> = {
    env: { ...env, OTTOKIT_TIKTOK_ORIGIN: simulator.origin },
    configDirectory: join(directory, 'config'),
    dataDirectory: join(directory, 'data'),
    ask: scriptedPerson(io.say, scriptFor(simulator, approve), pause),
    clipboard: null,
    openBrowser: (url) => {
      opened.push(url);
      return Promise.resolve({ opened: true });
    },
  };
  // Not spread: reading the person's own directories throws where there are none.
  const descriptors = { ...Object.getOwnPropertyDescriptors(io), ...Object.getOwnPropertyDescriptors(own) };
  return { ...program, io: Object.defineProperties({}, descriptors) as Io };
}

/** The recommended way; the first Service ID is mistyped, and the help while waiting finds it. */
function scriptFor({ app }: Simulator, approve: () => Promise<string>): Script {
  const mistyped = `${app.serviceId.slice(0, -2)}${app.serviceId.endsWith('00') ? '11' : '00'}`;
  return {
    region: ['GB'],
    account: ['ready'],
    'app-created': ['ready'],
    'scopes-on': ['all'],
    'app-key': [app.appKey],
    'app-secret': [new Secret(app.appSecret)],
    'service-id': [mistyped, app.serviceId],
    authorize: ['open'],
    'redirected-address': ['', approve],
    help: ['service-id'],
    ottokit: ['yes'],
  };
}

const ignore = (): void => undefined;

async function play(program: Program, simulator: Simulator, { json, timeout }: ConnectOptions): Promise<ExitCode> {
  const { io } = program;
  const store = await openStore({ io, keychain: null });
  const outcome = await runWizard({
    io,
    store,
    hosts: (region) => hostsOf(region, simulator.origin),
    windows: noWindows,
    answers: {
      profile: 'demo',
      capture: 'auto',
      timeout: timeout * 60_000,
      openBrowser: true,
      restart: false,
      reauthorize: false,
      yes: false,
    },
  });
  const result = { profile: outcome.profile, keySource: store.keySource, already: false, demo: true };
  if (!json) program.printText(connectText(result, io.clock.now(), program.style));
  io.say.heading('Doctor, on the connection just made');
  const verdict = await doctor(json ? { ...program, print: ignore, printText: ignore } : program, {
    profile: 'demo',
    checks: [],
    fix: false,
    offline: false,
    strict: false,
    list: false,
    json: false,
  });
  if (json) program.print(toJson(connectJson(result)));
  sayGoodbye(io);
  return verdict;
}

const noWindows = {
  find: () => Promise.resolve({ why: 'the demo opens no window.' }),
  open: () => Promise.resolve({ ok: false, why: 'the demo opens no window' } as const),
};

const sayGoodbye = ({ say }: Pick<Io, 'say'>): void => {
  say.line('That was the demo; nothing of it was kept. For your own shop, run `ottokit-tiktok connect`.');
};
