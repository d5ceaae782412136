import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SimulatorOptions } from '../../simulator/simulator.ts';
import { startSimulator, type Simulator } from '../../simulator/simulator.ts';
import { freePort, newMachine, redirectUrlOn, type After, type Machine } from '../../journeys/machine.ts';
import { appFlags } from '../../journeys/journey.ts';
import { TerminalSession, type Window } from './terminal-session.ts';

export const launcher = fileURLToPath(new URL('../../../bin/ottokit-tiktok.cjs', import.meta.url));

type Env = Readonly<Record<string, string>>;

/** An empty machine with a terminal, and a simulated TikTok Shop whose seller decides without a browser. */
export interface TerminalJourney {
  readonly machine: Machine;
  readonly simulator: Simulator;
  readonly redirectUrl: string;
  /** A program for `BROWSER` that completes the authorization. */
  readonly browser: string;
  /** The environment of a program on the machine. */
  readonly env: Env;
  /** The flags that answer every question about the app, except for the App Secret. */
  readonly flags: readonly string[];
  /** The arguments that leave only the question during the wait for the browser. */
  readonly connect: readonly string[];
  /** Starts the program with these arguments. */
  openTerminal(args: readonly string[], given?: Given): TerminalSession;
  /** Starts a shell with job control. */
  openShell(given?: Given): TerminalSession;
}

export interface Given extends Window {
  readonly env?: Env;
}

/** The prompt of the shell in `openShell`. */
export const prompt = 'ready>';

/** The environment of a terminal on this machine, with TikTok Shop at `origin`. */
export const terminalEnv = (machine: Machine, origin: string) => ({
  PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
  HOME: machine.home,
  TMPDIR: machine.temporaryDirectory,
  LANG: 'C.UTF-8',
  TERM: 'xterm-256color',
  DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(machine.directory, 'no-bus')}`,
  BROWSER: machine.browser,
  JOURNEY_PAGE: machine.pagePath,
  OTTOKIT_TIKTOK_CONFIG_DIR: machine.configDirectory,
  OTTOKIT_TIKTOK_ORIGIN: origin,
});

export async function newJourney(
  after: After,
  { env: more = {}, ...options }: Partial<SimulatorOptions> & { readonly env?: Env } = {},
): Promise<TerminalJourney> {
  const redirectUrl = options.redirectUrl ?? redirectUrlOn(await freePort());
  const simulator = await startSimulator({ autoApprove: true, ...options, redirectUrl });
  after(() => simulator.close());
  const machine = await newMachine(after, { OTTOKIT_TIKTOK_ORIGIN: simulator.origin });
  const { browser } = machine;
  const env = { ...terminalEnv(machine, simulator.origin), ...more };
  const { app } = simulator;
  const flags = appFlags(app, redirectUrl);
  const secretFile = join(machine.directory, 'app-secret');
  await writeFile(secretFile, app.appSecret);
  const open = (command: readonly string[], { env: extra = {}, ...window }: Given): TerminalSession =>
    new TerminalSession(command, { ...env, ...extra }, after, window);
  return {
    ...{ machine, simulator, redirectUrl, browser, env },
    flags,
    connect: ['connect', ...flags, '--app-secret-file', secretFile, '--yes'],
    openTerminal: (args, given = {}) => open([process.execPath, launcher, ...args], given),
    openShell: ({ env: extra = {}, ...given } = {}) =>
      open(['bash', '--norc', '--noprofile', '-i'], { ...given, env: { PS1: `${prompt} `, ...extra } }),
  };
}
