/**
 * Does `work` with a signal that aborts after `ms` milliseconds or when one of `outer` does; its reason is `timeout` or
 * `aborted`. `AbortSignal.any` isn't used, because it may lose a timeout or an abort whose source was collected
 * (nodejs/node issues 57736 and 65995), and stays attached to a signal that outlives the work (54614).
 */
export async function withLimit<T>(
  ms: number,
  outer: readonly (AbortSignal | undefined)[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const end = (): void => {
    controller.abort('aborted');
  };
  const timer = setTimeout(() => {
    controller.abort('timeout');
  }, ms);
  for (const signal of outer) signal?.addEventListener('abort', end);
  if (outer.some((signal) => signal?.aborted === true)) end();
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    for (const signal of outer) signal?.removeEventListener('abort', end);
  }
}
