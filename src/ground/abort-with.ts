/**
 * Returns a controller that aborts when any of these signals does, with the same reason. Abort it when you are done, to
 * detach it from them. Replaces `AbortSignal.any`, which may lose an abort if a source was garbage-collected
 * (nodejs/node issues 57736, 65995) and stays attached to longer-lived signals (54614).
 */
export function abortWith(...others: readonly (AbortSignal | undefined)[]): AbortController {
  const controller = new AbortController();
  for (const other of others) {
    const abort = (): void => controller.abort(other?.reason);
    other?.addEventListener('abort', abort, { signal: controller.signal });
    if (other?.aborted === true) abort();
  }
  return controller;
}
