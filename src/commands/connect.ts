import { constants, createReadStream, fstatSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { addAbortSignal, type Readable } from 'node:stream';
import { captureWindows } from '../browser/windows.ts';
import { decodeText } from '../ground/decode-text.ts';
import { defined } from '../ground/defined.ts';
import { given } from '../ground/env.ts';
import { codeOf, fail, isSystemLimit } from '../ground/errors.ts';
import type { Io } from '../ground/io.ts';
import { connectJson, connectText } from '../output/connection.ts';
import { show } from '../output/format.ts';
import { proxyRules } from '../network/proxy.ts';
import { Secret } from '../ground/secret.ts';
import { connect as wizard } from '../wizard/connect.ts';
import type { Answers } from '../wizard/wizard-context.ts';
import { hostsFrom } from './hosts.ts';
import { openStoreFor } from './open-store.ts';
import type { ExitCode, Program } from './program.ts';

type AppFlags = Pick<Answers['app'], 'region' | 'redirectUrl' | 'appKey' | 'serviceId'>;

export interface ConnectOptions extends Omit<Answers, 'app' | 'timeout'>, AppFlags {
  readonly appSecretStdin: boolean;
  readonly appSecretFile?: string;
  /** Minutes. */
  readonly timeout: number;
  readonly json: boolean;
}

export async function connect(program: Program, options: ConnectOptions): Promise<ExitCode> {
  // With --json, a program reads the output, so nothing should go to the user's clipboard.
  const io: Io = options.json ? { ...program.io, clipboard: null } : program.io;
  const answers = await answersFrom(io, options);
  const hosts = hostsFrom(io);
  const store = await openStoreFor(io, { yes: options.yes, quarantine: true });
  const windows = captureWindows(io, proxyRules(io.env));
  const { addFlags, moveTo } = program;
  const outcome = await wizard({ io, store, answers, hosts, windows, addFlags, moveTo });
  const result = { ...outcome, keySource: store.keySource, now: io.clock.now() };
  show(program, options.json, result, connectJson, connectText);
  return 0;
}

async function answersFrom(io: Pick<Io, 'env' | 'stdin' | 'signal'>, options: ConnectOptions): Promise<Answers> {
  const appKey = options.appKey ?? given(io.env, 'OTTOKIT_TIKTOK_APP_KEY');
  const serviceId = options.serviceId ?? given(io.env, 'OTTOKIT_TIKTOK_SERVICE_ID');
  const { secret: appSecret, source } = await secretFrom(io, options);
  return {
    ...options,
    app: defined({ region: options.region, redirectUrl: options.redirectUrl, appKey, serviceId, appSecret }),
    timeout: options.timeout * 60_000,
    givenBy: {
      'app-key': options.appKey === undefined ? 'OTTOKIT_TIKTOK_APP_KEY' : '--app-key',
      'service-id': options.serviceId === undefined ? 'OTTOKIT_TIKTOK_SERVICE_ID' : '--service-id',
      'app-secret': source,
    },
  };
}

/** Returns the App Secret and its source. It can't be a flag's value, because the process list would show it. */
async function secretFrom(
  { env, stdin, signal }: Pick<Io, 'env' | 'stdin' | 'signal'>,
  { appSecretStdin, appSecretFile: path }: ConnectOptions,
): Promise<{ readonly secret: Secret | undefined; readonly source: string }> {
  if (appSecretStdin) return { secret: await secretIn(stdin(), signal), source: '--app-secret-stdin' };
  if (path === undefined) {
    const value = given(env, 'OTTOKIT_TIKTOK_APP_SECRET');
    return { secret: value === undefined ? undefined : new Secret(value), source: 'OTTOKIT_TIKTOK_APP_SECRET' };
  }
  try {
    return { secret: await secretIn(openInput(path), signal), source: '--app-secret-file' };
  } catch (thrown) {
    signal.throwIfAborted();
    if (isSystemLimit(thrown)) throw thrown;
    const detail = codeOf(thrown) ?? 'unknown error';
    throw fail('file-unreadable', { flag: '--app-secret-file', path, detail }, { cause: thrown });
  }
}

/** Stops on an interruption, or when it is far too long, because the program that writes to a pipe may never finish. */
async function secretIn(input: Readable | null, signal: AbortSignal): Promise<Secret> {
  let read = Buffer.alloc(0);
  for await (const chunk of input === null ? [] : addAbortSignal(signal, input)) {
    read = Buffer.concat([read, chunk as Buffer]);
    if (read.length > 65_536) break;
  }
  return new Secret(decodeText(read).trim());
}

/** Opens a file or a pipe, such as `<(pass show app)`. A blocking read would keep Ctrl-C from ending the process. */
function openInput(path: string): Readable {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return fstatSync(fd).isFIFO() ? new Socket({ fd }) : createReadStream(path, { fd });
}
