import type { HttpAnswer, HttpRequest, Io } from '../ground/io.ts';
import type { Secret } from '../ground/secret.ts';
import { readAnswer, type Answer, type ReadData } from './answer.ts';
import { silenceFailure, type Host } from './failures.ts';

/** The slice of the world that a request needs. */
export type Net = Pick<Io, 'http' | 'clock' | 'signal'>;

/** One thing asked of TikTok Shop. */
export interface Call<T> {
  readonly host: Host;
  readonly origin: string;
  /** Milliseconds, for each attempt. */
  readonly timeout: number;
  readonly secrets: readonly Secret[];
  /** Made anew for each attempt: a signature is as old as its timestamp. */
  readonly request: (now: number) => Pick<HttpRequest, 'method' | 'url' | 'headers'>;
  readonly read: (now: number) => ReadData<T>;
  /** Once it is under way an interruption leaves it a while: TikTok Shop may have changed what only its answer tells. */
  readonly outlivesInterruption?: true;
  /** The failure of a request that may have arrived, but got no answer. */
  readonly lost?: 'network-failed' | 'exchange-uncertain';
  /** The longest `Retry-After`, in seconds, that is waited for, once. Without it a rate limit fails at once. */
  readonly patience?: number;
}

/** Before what was not sent is sent again: a moment for a network that hiccups. */
const pause = 300;

/**
 * Asks TikTok Shop and reads the answer. Sent twice only when the first attempt surely never arrived, or when TikTok
 * Shop asked to wait and the call has the patience.
 */
export async function call<T>(io: Net, asked: Call<T>): Promise<Answer<T>> {
  const first = understand(await send(io, asked), asked, io.clock.now());
  if (first.ok || first.retryAfter === undefined || first.retryAfter > (asked.patience ?? -1)) return first;
  await io.clock.sleep(first.retryAfter * 1000, io.signal);
  return understand(await send(io, asked), asked, io.clock.now());
}

async function send<T>(io: Net, asked: Call<T>): Promise<HttpAnswer> {
  const attempt = () => sendOnce(io, asked);
  const first = await attempt();
  if (first.answered || first.sent || !mayPass(first.reason)) return first;
  await io.clock.sleep(pause, io.signal);
  return attempt();
}

/** How long an answer is waited for after an interruption, in milliseconds: as long as most take, and no test of patience. */
const afterInterruption = 3_000;

async function sendOnce<T>(io: Net, asked: Call<T>): Promise<HttpAnswer> {
  const { signal } = io;
  if (signal.aborted) return { answered: false, reason: 'aborted', sent: false, detail: 'interrupted' };
  const end = new AbortController();
  const interrupted = (): void => {
    if (asked.outlivesInterruption === true)
      void io.clock.sleep(afterInterruption, end.signal).then(() => {
        end.abort();
      });
    else end.abort();
  };
  signal.addEventListener('abort', interrupted);
  try {
    return await io.http({ ...asked.request(io.clock.now()), timeout: asked.timeout, signal: end.signal });
  } finally {
    signal.removeEventListener('abort', interrupted);
    end.abort();
  }
}

/** A certificate that is not trusted is not trusted a moment later either. */
function mayPass(reason: Extract<HttpAnswer, { answered: false }>['reason']): boolean {
  return reason !== 'aborted' && reason !== 'tls-untrusted' && reason !== 'tls-wrong-name';
}

function understand<T>(answer: HttpAnswer, asked: Call<T>, now: number): Answer<T> {
  const hostname = new URL(asked.origin).host;
  if (!answer.answered) {
    return { ok: false, failure: silenceFailure(answer, hostname, asked.lost), sent: answer.sent };
  }
  return readAnswer(answer, { host: asked.host, hostname, now, secrets: asked.secrets }, asked.read(now));
}
