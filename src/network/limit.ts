/** An end to an attempt: a deadline, the caller's own signal, or `end`. */
export interface Limit {
  /** Its reason is `timeout` or `aborted`. */
  readonly signal: AbortSignal;
  readonly end: () => void;
  /** Stops the timer and lets go of the caller's signal. */
  readonly clear: () => void;
}

/**
 * Written out because `AbortSignal.any` may lose a timeout or an abort whose source was collected (nodejs/node issues
 * 57736 and 65995), and stays attached to a caller's signal that outlives the attempt (54614).
 * @param ms the deadline, from now
 */
export function limit(ms: number, outer?: AbortSignal): Limit {
  const controller = new AbortController();
  const endAs = (why: 'timeout' | 'aborted'): void => {
    controller.abort(why);
  };
  const end = (): void => {
    endAs('aborted');
  };
  const timer = setTimeout(endAs, ms, 'timeout');
  outer?.addEventListener('abort', end);
  if (outer?.aborted === true) end();
  return {
    signal: controller.signal,
    end,
    clear: () => {
      clearTimeout(timer);
      outer?.removeEventListener('abort', end);
    },
  };
}
