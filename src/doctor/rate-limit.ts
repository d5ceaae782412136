import type { Clock, Http } from '../ground/io.ts';

/** TikTok Shop takes 50 requests a second for an app and a shop (Partner Center docs, "Rate limits"). */
const most = 50;
/** A little more than a second, because requests may arrive closer together than they were sent. */
const spanMs = 1_050;

/** `http` that waits as long as the app's limit asks. Every app, named by `key`, has a limit of its own. */
export function rateLimiter(http: Http, clock: Pick<Clock, 'monotonic' | 'sleep'>): (key: string) => Http {
  const sentBy = new Map<string, number[]>();
  return (key) => {
    const sent = sentBy.get(key) ?? [];
    sentBy.set(key, sent);
    return async (request) => {
      const now = clock.monotonic();
      const at = Math.max(now, (sent.at(-most) ?? -Infinity) + spanMs);
      sent.push(at);
      if (sent.length > most) sent.shift();
      if (at > now) await clock.sleep(at - now, request.signal);
      return await http(request);
    };
  };
}
