import { readFile } from 'node:fs/promises';
import { captureWindows } from '../browser/windows.ts';
import { decodeText } from '../ground/decode-text.ts';
import { defined } from '../ground/defined.ts';
import { fail } from '../ground/errors.ts';
import type { Io } from '../ground/io.ts';
import { connectJson, connectText } from '../output/connect.ts';
import { proxyRules } from '../network/proxy.ts';
import { withProfileFlag } from '../ground/profile-flag.ts';
import { toJson } from '../output/json.ts';
import { Secret } from '../ground/secret.ts';
import type { CredentialName } from '../tiktok/credentials.ts';
import { connect as runWizard } from '../wizard/connect.ts';
import type { Answers } from '../wizard/wizard-context.ts';
import { hostsFrom } from './hosts.ts';
import { openStoreFor } from './open-store.ts';
import type { ExitCode, Program } from './program.ts';

export interface ConnectOptions extends Omit<Answers, 'appSecret' | 'timeout'> {
  readonly appSecretStdin: boolean;
  readonly appSecretFile?: string;
  /** Minutes. */
  readonly timeout: number;
  readonly json: boolean;
  readonly demo: boolean;
}

/** Sets up and verifies a connection; with `--demo`, one to a simulated TikTok Shop. */
export async function connect(program: Program, options: ConnectOptions): Promise<ExitCode> {
  if (options.demo) {
    const { connectDemo } = await import('./connect-demo.ts');
    return await connectDemo(program, options);
  }
  // What a program reads is not for a person's clipboard.
  const io: Io = options.json ? { ...program.io, clipboard: null } : program.io;
  const answers = await answersFrom(io, options);
  const hosts = hostsFrom(io);
  const store = await openStoreFor(io, { ...options, quarantine: true });
  const outcome = await runWizard({ io, store, answers, hosts, windows: captureWindows(io, proxyRules(io.env)) });
  const result = {
    profile: outcome.profile,
    keySource: store.keySource,
    ...(outcome.outcome === 'connected' ? {} : { left: outcome.outcome }),
    already: outcome.outcome === 'connected' && outcome.already,
    demo: false,
  };
  if (options.json) program.print(toJson(connectJson(result)));
  else program.printText(withProfileFlag(connectText(result, io.clock.now(), program.style), outcome.profile.name));
  return 0;
}

/** Flags first, then the environment. */
async function answersFrom(io: Pick<Io, 'env' | 'readStdin'>, options: ConnectOptions): Promise<Answers> {
  const { profile, region, redirectUrl, capture, port, timeout, openBrowser, restart, reauthorize, yes } = options;
  const appKey = options.appKey ?? given(io.env['OTTOKIT_TIKTOK_APP_KEY']);
  const serviceId = options.serviceId ?? given(io.env['OTTOKIT_TIKTOK_SERVICE_ID']);
  const appSecret = await secretFrom(io, options);
  return {
    profile,
    capture,
    timeout: timeout * 60_000,
    openBrowser,
    restart,
    reauthorize,
    yes,
    givenBy: givenBy(options),
    ...defined({ region, redirectUrl, port, appKey, serviceId, appSecret }),
  };
}

/** The flag or variable that each credential comes by, if it comes. */
const givenBy = (options: ConnectOptions): Record<CredentialName, string> => ({
  'app-key': options.appKey === undefined ? 'OTTOKIT_TIKTOK_APP_KEY' : '--app-key',
  'service-id': options.serviceId === undefined ? 'OTTOKIT_TIKTOK_SERVICE_ID' : '--service-id',
  'app-secret':
    options.appSecretFile !== undefined
      ? '--app-secret-file'
      : options.appSecretStdin
        ? '--app-secret-stdin'
        : 'OTTOKIT_TIKTOK_APP_SECRET',
});

const given = (value: string | undefined): string | undefined => (value === '' ? undefined : value);

/** The App Secret never has a flag of its own: the list of processes would show it. */
async function secretFrom(
  { env, readStdin }: Pick<Io, 'env' | 'readStdin'>,
  { appSecretStdin, appSecretFile }: ConnectOptions,
): Promise<Secret | undefined> {
  if (appSecretStdin && appSecretFile !== undefined) {
    throw fail('usage', {
      problem: '--app-secret-stdin and --app-secret-file exclude each other.',
      command: 'connect',
    });
  }
  if (appSecretStdin) return new Secret((await readStdin()).trim());
  if (appSecretFile !== undefined) return new Secret((await readSecretFile(appSecretFile)).trim());
  const fromEnvironment = given(env['OTTOKIT_TIKTOK_APP_SECRET']);
  return fromEnvironment === undefined ? undefined : new Secret(fromEnvironment);
}

async function readSecretFile(path: string): Promise<string> {
  try {
    return decodeText(await readFile(path));
  } catch (thrown) {
    const detail = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unreadable';
    throw fail('file-unreadable', { flag: '--app-secret-file', path, detail }, { cause: thrown });
  }
}
