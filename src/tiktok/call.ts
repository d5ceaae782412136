import { fail } from '../ground/errors.ts';
import type { HttpAnswer, HttpRequest, Io, NoAnswerReason } from '../ground/io.ts';
import type { Secret } from '../ground/secret.ts';
import { readAnswer, type Answer, type ReadData } from './answer.ts';
import { noAnswerFailure, type Host } from './failures.ts';
import type { Hosts } from './portals.ts';

export type Net = Pick<Io, 'http' | 'clock' | 'signal'> & { readonly say?: Pick<Io['say'], 'line'> };

export interface Call<T> {
  readonly host: Host;
  /** For each attempt, in milliseconds. */
  readonly timeout: number;
  readonly secrets: readonly Secret[];
  /** Called for each attempt, because a signature includes its timestamp. */
  readonly request: (now: number) => Pick<HttpRequest, 'method' | 'headers'> & {
    readonly path: string;
    /** Before encoding. */
    readonly query: Readonly<Record<string, string>>;
  };
  readonly read: ReadData<T>;
  /** For a request that changes something: after Ctrl-C, waits for its response or gives up with an unknown result. */
  readonly whenInterrupted?: 'wait' | 'leave';
  /** The error code if the request may have arrived but got no response. */
  readonly lost?: 'network-failed' | 'exchange-uncertain';
  /** Whether to wait once for a short `Retry-After`. Otherwise, a rate limit fails immediately. */
  readonly waits?: true;
}

const longestRetryAfterSeconds = 10;

/** The pause before retrying a request that wasn't sent, in milliseconds. The network may recover in the meantime. */
const retryPauseMs = 300;

/** Sends the request and reads the response. Retries only if it wasn't sent, or if TikTok Shop said when to retry. */
export async function call<T>(io: Net, hosts: Hosts, asked: Call<T>): Promise<Answer<T>> {
  const ask = async (): Promise<Answer<T>> => interpret(await send(io, hosts, asked), hosts, asked, io);
  const first = await ask();
  const wait = first.ok || asked.waits !== true ? undefined : first.retryAfter;
  if (wait === undefined || wait > longestRetryAfterSeconds) return first;
  await io.clock.sleep(wait * 1000, io.signal);
  return await ask();
}

async function send<T>(io: Net, hosts: Hosts, asked: Call<T>): Promise<HttpAnswer> {
  const first = await sendOnce(io, hosts, asked);
  if (first.answered || first.sent || !mayRecover(first.reason)) return first;
  await io.clock.sleep(retryPauseMs, io.signal);
  return await sendOnce(io, hosts, asked);
}

async function sendOnce<T>(io: Net, hosts: Hosts, asked: Call<T>): Promise<HttpAnswer> {
  const { signal } = io;
  if (signal.aborted) return { answered: false, reason: 'aborted', sent: false, detail: 'interrupted' };
  const { path, query, ...rest } = asked.request(io.clock.now());
  const url = `${hosts[asked.host]}${path}?${new URLSearchParams(query).toString()}`;
  const request = { ...rest, url, timeout: asked.timeout };
  if (asked.whenInterrupted !== 'wait') return await io.http({ ...request, signal });
  const sayWhy = (): void => {
    const seconds = String(asked.timeout / 1000);
    io.say?.line(`Waiting up to ${seconds} seconds for TikTok Shop’s answer, because it can’t be requested again.`);
  };
  signal.addEventListener('abort', sayWhy);
  try {
    return await io.http(request);
  } finally {
    signal.removeEventListener('abort', sayWhy);
  }
}

/** A certificate problem won't go away in a moment. */
const mayRecover = (reason: NoAnswerReason): boolean => reason !== 'aborted' && !reason.startsWith('tls-');

function interpret<T>(answer: HttpAnswer, hosts: Hosts, asked: Call<T>, { clock, signal }: Net): Answer<T> {
  const hostname = new URL(hosts[asked.host]).host;
  if (answer.answered) {
    const now = clock.now();
    return readAnswer(answer, { host: asked.host, hostname, now, secrets: asked.secrets }, asked.read);
  }
  const isUncertain = signal.aborted && answer.sent && asked.whenInterrupted !== undefined;
  const failure = isUncertain ? fail('interrupted-unanswered', {}) : noAnswerFailure(answer, hostname, asked.lost);
  return { ok: false, failure };
}
