import type { Clock, Io } from '../ground/io.ts';
import type { BrowserProcess } from './browser-process.ts';
import type { CaptureServer } from './capture-server.ts';
import { startKeeper } from './keeper.ts';
import { deleteProfile, directoriesOf, isUsed, recordBrowser } from './profile.ts';

export interface CaptureWindow {
  /**
   * Resolves once the window is closed and its profile is deleted. If the profile, which contains the user's sign-in,
   * could not be deleted, resolves with its path.
   */
  readonly closed: Promise<string | undefined>;
  /** Closes the browser and deletes the profile, then resolves. May be called more than once. */
  close(): Promise<void>;
}

/** A window, or the end of a sentence that says why there is none: "the browser exited with code 1". */
export type OpenedWindow = CaptureWindow | { readonly why: string };

/** Waits for the browser to open the server's start address. Closes it if that takes too long or the signal aborts. */
export async function waitForProof(
  { profile, server, browser }: { profile: string; server: CaptureServer; browser: BrowserProcess },
  signal: AbortSignal,
  { env, clock }: Pick<Io, 'env' | 'clock'>,
): Promise<OpenedWindow> {
  if (browser.pid !== undefined) await recordBrowser(profile, browser.pid);
  let endKeeper = (): void => undefined;
  const closed = browser.ended.then(async () => {
    server.close();
    const deleted = await deleteProfile(profile);
    endKeeper();
    return deleted ? undefined : profile;
  });
  const close = async (): Promise<void> => {
    await browser.end();
    await closed;
  };
  const noProof = whyNoProof(profile, server, clock, signal);
  const refused = await Promise.race([browser.ended, server.arrival.then(() => null), noProof]);
  if (refused !== null || signal.aborted) {
    await close();
    return { why: refused ?? notWanted };
  }
  const onAbort = (): void => void close();
  signal.addEventListener('abort', onAbort);
  void closed.then(() => signal.removeEventListener('abort', onAbort));
  endKeeper = startKeeper(server, browser.pid ?? 0, await directoriesOf(profile), env);
  return { closed, close };
}

/** How long a running browser may take to reach the server, in milliseconds. It may take twice as long to start. */
const proofTimeoutMs = 5_000;

const notWanted = 'the window is no longer needed';

/** Resolves with the reason, as the end of a sentence, once the browser is overdue or the signal aborts. */
async function whyNoProof(
  profile: string,
  server: CaptureServer,
  { sleep }: Clock,
  signal: AbortSignal,
): Promise<string> {
  let waited = 0;
  for (; !signal.aborted && waited < 2 * proofTimeoutMs && !(await isUsed(profile)); waited += 50)
    await sleep(50, signal);
  await sleep(proofTimeoutMs, signal);
  if (signal.aborted) return notWanted;
  if (!(await isUsed(profile))) return 'the browser did not use the temporary profile; Snap and Flatpak packages can’t';
  return server.wasReached()
    ? 'the browser does not accept this program’s certificate, perhaps because of a policy on this computer'
    : 'the browser did not use this program’s proxy in time, perhaps because of a policy on this computer';
}
