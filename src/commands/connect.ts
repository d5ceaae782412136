import { readFile } from 'node:fs/promises';
import { captureWindows } from '../browser/windows.ts';
import { decodeText } from '../ground/decode-text.ts';
import { defined } from '../ground/defined.ts';
import { fail } from '../ground/errors.ts';
import type { Io } from '../ground/io.ts';
import { connectJson, connectText } from '../output/connect.ts';
import { proxyRules } from '../network/proxy.ts';
import { codeOf } from '../ground/system-error.ts';
import { Secret } from '../ground/secret.ts';
import type { CredentialName } from '../tiktok/credentials.ts';
import { connect as wizard } from '../wizard/connect.ts';
import type { Answers } from '../wizard/wizard-context.ts';
import { hostsFrom } from './hosts.ts';
import { openStoreFor } from './open-store.ts';
import { show, type ExitCode, type Program } from './program.ts';

export interface ConnectOptions extends Omit<Answers, 'appSecret' | 'timeout' | 'openBrowser' | 'capture'> {
  readonly capture?: Answers['capture'];
  /** Whether a browser may be opened. */
  readonly browser: boolean;
  readonly appSecretStdin: boolean;
  readonly appSecretFile?: string;
  /** Minutes. */
  readonly timeout: number;
  readonly json: boolean;
}

/** Sets up and verifies a connection. */
export async function connect(program: Program, options: ConnectOptions): Promise<ExitCode> {
  // A program reads the output, so nothing goes to the clipboard.
  const io: Io = options.json ? { ...program.io, clipboard: null } : program.io;
  const answers = await answersFrom(io, options);
  const hosts = hostsFrom(io);
  const store = await openStoreFor(io, { ...options, quarantine: true });
  const windows = captureWindows(io, proxyRules(io.env));
  await runWizard(program, { io, store, answers, hosts, windows }, options.json);
  return 0;
}

/** Runs the wizard and prints the result. */
export async function runWizard(program: Program, context: Parameters<typeof wizard>[0], json: boolean): Promise<void> {
  const outcome = await wizard(context);
  const result = {
    profile: outcome.profile,
    keySource: context.store.keySource,
    ...(outcome.outcome === 'connected' ? {} : { left: outcome.outcome }),
    already: outcome.outcome === 'connected' && outcome.already,
    demo: context.isDemo === true,
    now: context.io.clock.now(),
  };
  show(program, json, result, connectJson, connectText);
}

/** Flags first, then the environment. */
async function answersFrom(io: Pick<Io, 'env' | 'readStdin'>, options: ConnectOptions): Promise<Answers> {
  const { profile, region, redirectUrl, capture = 'auto', port, timeout, browser, restart, reauthorize, yes } = options;
  const appKey = options.appKey ?? given(io.env['OTTOKIT_TIKTOK_APP_KEY']);
  const serviceId = options.serviceId ?? given(io.env['OTTOKIT_TIKTOK_SERVICE_ID']);
  const appSecret = await secretFrom(io, options);
  return {
    profile,
    capture,
    timeout: timeout * 60_000,
    openBrowser: browser,
    restart,
    reauthorize,
    yes,
    givenBy: givenBy(options),
    ...defined({ region, redirectUrl, port, appKey, serviceId, appSecret }),
  };
}

/** The flag or variable that each credential comes from, if it is given. */
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

/** The App Secret is never the value of a flag, because the list of processes would show it. */
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
    const detail = codeOf(thrown) ?? 'unreadable';
    throw fail('file-unreadable', { flag: '--app-secret-file', path, detail }, { cause: thrown });
  }
}
