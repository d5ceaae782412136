import type { Clock } from '../ground/io.ts';
import { isUsed } from './profile.ts';

/** Milliseconds that a running browser gets to show its start page. Starting may take twice as long. */
const proofTimeoutMs = 5_000;

export const notWanted = 'it is no longer needed';

/** Resolves with the reason, as the end of a sentence, once the start page is overdue or the signal aborts. */
export async function whyNoProof(
  profile: string,
  server: { readonly wasReached: () => boolean },
  { sleep }: Pick<Clock, 'sleep'>,
  signal: AbortSignal,
): Promise<string> {
  let waited = 0;
  for (; !signal.aborted && waited < 2 * proofTimeoutMs && !(await isUsed(profile)); waited += 50)
    await sleep(50, signal);
  await sleep(proofTimeoutMs, signal);
  if (signal.aborted) return notWanted;
  if (!(await isUsed(profile))) return 'it did not use the temporary profile; Snap and Flatpak packages can’t';
  return server.wasReached()
    ? 'it does not accept this program’s certificate, perhaps because of a policy on this computer'
    : 'it does not use this program’s proxy, perhaps because of a policy on this computer';
}
