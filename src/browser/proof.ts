import type { Clock } from '../ground/io.ts';
import { isUsed } from './profile.ts';

/** Milliseconds for a running browser to show its start page. It may take twice as long to start. */
const proofTimeoutMs = 5_000;

export const notWanted = 'it is no longer needed';

/** Resolves when the start page is overdue, or on abort, with the reason it wasn't shown, as the end of a sentence. */
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
  if (!(await isUsed(profile))) return 'it did not use the temporary profile, as a Snap or Flatpak package does not';
  return server.wasReached()
    ? 'it does not accept this program’s certificate, perhaps because of a policy on this computer'
    : 'it does not use this program’s proxy, perhaps because of a policy on this computer';
}
