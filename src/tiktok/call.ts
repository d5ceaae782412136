import { fail } from '../ground/errors.ts';
import type { HttpAnswer, HttpRequest, Io, NoAnswerReason } from '../ground/io.ts';
import type { Secret } from '../ground/secret.ts';
import { readAnswer, type Answer, type ReadData } from './answer.ts';
import { noAnswerFailure, type Host } from './failures.ts';
import type { Hosts } from './portals.ts';

/** The part of the outside world that a request needs. */
export type Net = Pick<Io, 'http' | 'clock' | 'signal'> & { readonly say?: Pick<Io['say'], 'line'> };

/** One request to TikTok Shop. */
export interface Call<T> {
  readonly host: Host;
  /** Milliseconds, for each attempt. */
  readonly timeout: number;
  readonly secrets: readonly Secret[];
  /** Called for each attempt, because a signature includes its timestamp. */
  readonly request: (now: number) => Asked;
  readonly read: ReadData<T>;
  /** For a request that changes something: `wait` if only its answer reveals the result, `leave` otherwise. */
  readonly whenInterrupted?: 'wait' | 'leave';
  /** The failure of a request that may have arrived but got no answer. */
  readonly lost?: 'network-failed' | 'exchange-uncertain';
  /** Whether to wait once for a `Retry-After` of a few seconds. Otherwise, a rate limit fails at once. */
  readonly waits?: true;
}

interface Asked extends Pick<HttpRequest, 'method' | 'headers'> {
  readonly path: string;
  /** Before encoding. */
  readonly query: Readonly<Record<string, string>>;
}

const longestRetryAfterSeconds = 10;

/** The delay before an unsent request is sent again, in milliseconds, for a network with a brief disruption. */
const retryPauseMs = 300;

/** Sends the request and reads the answer. Repeats it only if it never arrived, or if TikTok Shop asked to wait. */
export async function call<T>(io: Net, hosts: Hosts, asked: Call<T>): Promise<Answer<T>> {
  const ask = async (): Promise<Answer<T>> => understand(await send(io, hosts, asked), hosts, asked, io);
  const first = await ask();
  const wait = first.ok || asked.waits !== true ? undefined : first.retryAfter;
  if (wait === undefined || wait > longestRetryAfterSeconds) return first;
  await io.clock.sleep(wait * 1000, io.signal);
  return await ask();
}

async function send<T>(io: Net, hosts: Hosts, asked: Call<T>): Promise<HttpAnswer> {
  const first = await sendOnce(io, hosts, asked);
  if (first.answered || first.sent || !mayPass(first.reason)) return first;
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
    io.say?.line(`Waiting up to ${seconds} seconds for TikTok Shop’s answer, because it can’t be asked for twice.`);
  };
  signal.addEventListener('abort', sayWhy);
  try {
    return await io.http(request);
  } finally {
    signal.removeEventListener('abort', sayWhy);
  }
}

/** A certificate that is refused will be refused a moment later too. */
const mayPass = (reason: NoAnswerReason): boolean => reason !== 'aborted' && !reason.startsWith('tls-');

function understand<T>(answer: HttpAnswer, hosts: Hosts, asked: Call<T>, { clock, signal }: Net): Answer<T> {
  const hostname = new URL(hosts[asked.host]).host;
  if (answer.answered) {
    const now = clock.now();
    return readAnswer(answer, { host: asked.host, hostname, now, secrets: asked.secrets }, asked.read);
  }
  const isUncertain = signal.aborted && answer.sent && asked.whenInterrupted !== undefined;
  const failure = isUncertain ? fail('interrupted-unanswered', {}) : noAnswerFailure(answer, hostname, asked.lost);
  return { ok: false, failure };
}
