/**
 * A controller that aborts with the others' reason as soon as one of them does. It stays attached to them until it is
 * aborted, so abort it when it is no longer needed. `AbortSignal.any` isn't used, because it may lose an abort whose
 * source was collected (nodejs/node issues 57736 and 65995), and stays attached to a signal that outlives it (54614).
 */
export function abortWith(...others: readonly (AbortSignal | undefined)[]): AbortController {
  const controller = new AbortController();
  for (const other of others) {
    const abort = (): void => {
      controller.abort(other?.reason);
    };
    other?.addEventListener('abort', abort, { signal: controller.signal });
    if (other?.aborted === true) abort();
  }
  return controller;
}
