import type { Clock, Http } from '../ground/io.ts';

/** TikTok Shop accepts 50 requests a second for each app and shop (Partner Center docs, "Rate limits"). */
const maxRequests = 50;
/** A little more than a second, because requests may arrive closer together than they were sent. */
const windowMs = 1_050;

/** Returns a function that makes an `http` for one app, identified by `key`, which respects that app's rate limit. */
export function rateLimiter(http: Http, clock: Pick<Clock, 'monotonic' | 'sleep'>): (key: string) => Http {
  const sentBy = new Map<string, number[]>();
  return (key) => {
    const sent = sentBy.get(key) ?? [];
    sentBy.set(key, sent);
    return async (request) => {
      const now = clock.monotonic();
      const at = Math.max(now, (sent.at(-maxRequests) ?? -Infinity) + windowMs);
      sent.push(at);
      if (sent.length > maxRequests) sent.shift();
      if (at > now) await clock.sleep(at - now, request.signal);
      return await http(request);
    };
  };
}
