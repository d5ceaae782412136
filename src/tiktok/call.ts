import { fail } from '../ground/errors.ts';
import type { HttpAnswer, HttpRequest, Io } from '../ground/io.ts';
import type { Secret } from '../ground/secret.ts';
import { readAnswer, type Answer, type ReadData } from './answer.ts';
import { noAnswerFailure, type Host } from './failures.ts';
import type { Hosts } from './portals.ts';

export type Net = Pick<Io, 'http' | 'clock' | 'signal'> & { readonly say?: Pick<Io['say'], 'line'> };

export interface Call<T> extends Pick<HttpRequest, 'method' | 'headers'> {
  readonly host: Host;
  readonly path: string;
  /** Called for each attempt, because a signature includes its timestamp. The values aren't encoded. */
  readonly query: (now: number) => Readonly<Record<string, string>>;
  readonly secrets: readonly Secret[];
  readonly read: ReadData<T>;
  /** For a request that changes something. After Ctrl-C, `wait` waits for the response; `leave` doesn't. */
  readonly whenInterrupted?: 'wait' | 'leave';
  /** The error code if the request may have arrived but got no response. */
  readonly lost?: 'network-failed' | 'exchange-uncertain';
}

const pauseBeforeRetryMs = 300;

/**
 * Sends the request and reads the response. Retries it if it wasn't sent or, unless `whenInterrupted` is `wait`, if
 * TikTok Shop says to retry soon: a code works only once, and a refresh must not hold the store's lock that long.
 */
export async function call<T>(io: Net, hosts: Hosts, request: Call<T>): Promise<Answer<T>> {
  const first = await attempt(io, hosts, request);
  const wait = first.ok || request.whenInterrupted === 'wait' ? undefined : first.retryAfter;
  if (wait === undefined) return first;
  await io.clock.sleep(wait * 1000, io.signal);
  return await attempt(io, hosts, request);
}

async function attempt<T>(io: Net, hosts: Hosts, request: Call<T>): Promise<Answer<T>> {
  const { host, secrets, read, whenInterrupted, lost } = request;
  let answer = await send(io, hosts, request);
  // A certificate problem won't go away in a moment.
  if (!answer.answered && !answer.sent && answer.reason !== 'aborted' && !answer.reason.startsWith('tls-')) {
    await io.clock.sleep(pauseBeforeRetryMs, io.signal);
    answer = await send(io, hosts, request);
  }
  const hostname = new URL(hosts[host]).host;
  if (answer.answered) return readAnswer(answer, { host, hostname, now: io.clock.now(), secrets }, read);
  const isUncertain = io.signal.aborted && answer.sent && whenInterrupted !== undefined;
  const failure = isUncertain ? fail('interrupted-unanswered', {}) : noAnswerFailure(answer, hostname, lost);
  return { ok: false, failure };
}

async function send<T>(io: Net, hosts: Hosts, request: Call<T>): Promise<HttpAnswer> {
  const { signal } = io;
  if (signal.aborted) return { answered: false, reason: 'aborted', sent: false, detail: 'interrupted' };
  const { method, host, path, query, headers = {}, whenInterrupted } = request;
  const parameters = new URLSearchParams(query(io.clock.now())).toString();
  const httpRequest = { method, url: `${hosts[host]}${path}?${parameters}`, headers };
  if (whenInterrupted !== 'wait') return await io.http({ ...httpRequest, timeout: 10_000, signal });
  const sayWhy = (): void =>
    io.say?.line('Waiting up to 15 seconds for TikTok Shop’s answer, because it can’t be requested again.');
  signal.addEventListener('abort', sayWhy);
  return await io.http({ ...httpRequest, timeout: 15_000 }).finally(() => signal.removeEventListener('abort', sayWhy));
}
